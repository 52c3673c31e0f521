"""What is asked of a chat: a conversation, and what its next answer may look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.engine.request import Generation

ReasoningFormat = Literal["none", "auto", "deepseek"]


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may call.

    `parameters`: a JSON Schema; None: any object. `field`: that schema's path in what was sent,
    for messages; empty: OpenAI's.
    """

    name: str
    description: str = ""
    parameters: Any = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """The one tool that must be called."""

    name: str


ToolChoice = Literal["auto", "none", "required"] | Named


@dataclass(frozen=True, slots=True)
class ResponseFormat:
    """The answer is JSON that fits a schema; None: any object. `field`: the schema's path."""

    schema: Any = None
    field: str = "response_format.json_schema.schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """A conversation to continue.

    `messages` are as in OpenAI's API, with text as content, or parts where there are pictures
    (`app.chat.pictures.part`): role, content, tool_calls (arguments
    as JSON text or as an object), tool_call_id, reasoning_content. `grammar`: GBNF for the whole
    answer. `reasoning`: as llama-server's `reasoning_format`; none leaves it in the text.
    `thinking` None: as the model is used to. `continue_last`: the last message is the beginning
    of the answer. `generation`: everything but its prompt counts; with n > 1 the seeds differ.
    """

    messages: Sequence[Mapping[str, Any]]
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = "auto"
    parallel_tool_calls: bool = True
    response_format: ResponseFormat | None = None
    grammar: str | None = None
    reasoning: ReasoningFormat = "auto"
    thinking: bool | None = None
    template_variables: Mapping[str, Any] = field(default_factory=dict)
    continue_last: bool = False
    generation: Generation = field(default_factory=lambda: Generation(()))
    stop: tuple[str, ...] = ()
    n: int = 1
