"""Tools that an answer may call, as OpenAI has them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from app.api.wire import wrong
from app.chat.request import Named, Tool, ToolChoice
from app.language import Text

_NO_NAME = Text("must name a function", "应给出函数名")


class FunctionFields(msgspec.Struct):
    """What can be called."""

    name: str
    description: str | None = None
    parameters: Any = None
    strict: bool | None = None


class ToolFields(msgspec.Struct):
    """A tool; functions are the only kind."""

    function: FunctionFields
    type: Literal["function"] = "function"


Choice = Literal["auto", "none", "required", "any"] | dict[str, Any]


def tools(given: list[ToolFields]) -> tuple[Tool, ...]:
    """The tools as chats know them."""
    return tuple(
        Tool(each.function.name, each.function.description or "", each.function.parameters)
        for each in given
    )


def choice(given: Choice | None) -> ToolChoice:
    """Which tool must, or may, be called. Raises: BadRequest."""
    match given:
        case None:
            return "auto"
        case "auto" | "none":
            return given
        case "required" | "any":
            return "required"
        case {"function": {"name": str() as name}} | {"name": str() as name}:
            return Named(name)
        case {"type": "auto" | "none" | "required" as word}:
            return word  # type: ignore[no-any-return]
    raise wrong("tool_choice.function.name", _NO_NAME)
