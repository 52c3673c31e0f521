"""What POST /completion answers, whole or in chunks. Source: server-task.cpp."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.api.counts import interim_fields, timing_fields
from app.api.llamacpp.settings import settings_fields
from app.api.probabilities import token_fields
from app.engine.model import Model
from app.engine.reply import Finished, Token
from app.engine.request import Generation
from app.engine.text import Delta


@dataclass(slots=True)
class CompletionAnswer:
    """One continuation so far. `tells_tokens`: the last chunk has all of them."""

    index: int
    generation: Generation
    model: Model
    alias: str
    stops: tuple[str, ...]
    stream: bool
    tells_tokens: bool
    slot: int | None = None
    text: str = ""
    tokens: list[Token] = field(default_factory=list)

    def take(self, delta: Delta) -> None:
        """Keep what came."""
        self.text += delta.text
        self.tokens += delta.tokens

    def chunk(self, delta: Delta) -> dict[str, Any]:
        """What came, as a chunk."""
        self.take(delta)
        return {
            "index": self.index,
            "content": delta.text,
            "tokens": [token.id for token in delta.tokens],
            "stop": False,
            "id_slot": self._slot,
            "tokens_predicted": len(self.tokens),
            "tokens_evaluated": len(self.generation.prompt),
            **self._probabilities(delta.tokens),
            **interim_fields(delta.tokens, delta.progress, self.generation.timed),
        }

    def end(self, finished: Finished, stopped_by: str | None) -> dict[str, Any]:
        """The answer in one piece; the last chunk, which has no text, of a stream."""
        usage = finished.usage
        in_context = usage.prompt_tokens + usage.completion_tokens
        limited, context = finished.reason == "length", self.model.context_tokens
        return {
            "index": self.index,
            "content": "" if self.stream else self.text,
            "tokens": [token.id for token in self.tokens] if self.tells_tokens else [],
            "id_slot": self._slot,
            "stop": True,
            "model": self.alias,
            "tokens_predicted": usage.completion_tokens,
            "tokens_evaluated": usage.prompt_tokens,
            "generation_settings": settings_fields(
                self.generation, self.model, self.stops, self.stream
            ),
            "prompt": self.model.text_of(self.generation.prompt),
            "has_new_line": "\n" in self.text,
            "truncated": in_context > context or (limited and in_context == context),
            "stop_type": "limit" if limited else "word" if stopped_by else "eos",
            "stopping_word": stopped_by or "",
            "tokens_cached": max(0, in_context - 1),  # the last one is not decoded any more
            "timings": timing_fields(finished.timings),
            **({} if self.stream else self._probabilities(tuple(self.tokens))),
        }

    @property
    def _slot(self) -> int:
        return -1 if self.slot is None else self.slot

    def _probabilities(self, tokens: tuple[Token, ...]) -> dict[str, Any]:
        if not self.generation.probabilities:
            return {}
        told = token_fields(tokens, self.model, self.generation.post_sampling)
        return {"completion_probabilities": told}


def chosen(answer: Mapping[str, Any], fields: list[str]) -> dict[str, Any]:
    """The fields that were asked for, by their paths; those that are not there are left out."""
    found = {}
    for path in fields:
        value: Any = answer
        for name in path.split("/"):
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is not None:
            found[path] = value
    return found
