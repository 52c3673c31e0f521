"""What POST /completion takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from msgspec import Meta

from app.api.fields import GenerationFields
from app.api.wire import wrong
from app.chat.schema.grammar import grammar_of
from app.engine.request import Grammar, Sampling
from app.language import Text

_ONE = Text("cannot be combined with json_schema", "不能与 json_schema 同时使用")


class StructuredFields(GenerationFields, kw_only=True):
    """Generation of which the form can be prescribed."""

    grammar: str | None = None
    json_schema: Any = None

    def sampling(self) -> Sampling:
        """How tokens are chosen, within the grammar. Raises: BadRequest."""
        chosen = super().sampling()
        text = self.grammar or ""
        if self.json_schema not in (None, {}):
            if text:
                raise wrong("grammar", _ONE)
            text = grammar_of(self.json_schema, "json_schema")
        return replace(chosen, grammar=Grammar(text)) if text else chosen


class CompletionFields(StructuredFields, kw_only=True):
    """How a prompt is continued, and what is told of it."""

    n_cmpl: Annotated[int, Meta(ge=1, le=128)] | None = None
    return_tokens: bool | None = None
    response_fields: list[str] | None = None


class CompletionRequest(CompletionFields, kw_only=True):
    """Prompts to continue."""

    prompt: Any
