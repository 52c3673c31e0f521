"""One model's way with tools: how they are put to it, and how it writes calls."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.chat.formats.markup import Markup
from app.chat.request import Tool

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolFormat:
    """A format whose template takes tools, calls and results as OpenAI's API has them."""

    markup: Markup
    one_at_a_time: bool = False  # the model makes one call in an answer

    def presented(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> tuple[list[Message], dict[str, Any]]:
        """The conversation as the template takes it, and what else the template gets."""
        variables = {"tools": [described(tool) for tool in tools]} if tools else {}
        return self.history(messages), variables

    def history(self, messages: Sequence[Message]) -> list[Message]:
        """The messages as the template takes them."""
        return [with_values(message) for message in messages]


def described(tool: Tool) -> dict[str, Any]:
    """A tool as OpenAI's API has it, and most templates."""
    parameters = {"type": "object"} if tool.parameters is None else tool.parameters
    function = {"name": tool.name, "description": tool.description, "parameters": parameters}
    return {"type": "function", "function": function}


def with_values(message: Message) -> Message:
    """A message whose content is text and whose calls have arguments as values.

    Templates write arguments out as JSON themselves, and add to content.
    """
    found = dict(message)
    if found.get("content") is None:
        found["content"] = ""
    if calls := found.get("tool_calls"):
        found["tool_calls"] = [_with_value(call) for call in calls]
    else:
        found.pop("tool_calls", None)
    return found


def _with_value(call: Mapping[str, Any]) -> dict[str, Any]:
    function = dict(call["function"])
    if isinstance(function.get("arguments"), str):
        # What is no JSON is shown to the model again as it wrote it.
        with contextlib.suppress(ValueError, RecursionError):
            function["arguments"] = json.loads(function["arguments"] or "{}")
    return {**call, "type": "function", "function": function}
