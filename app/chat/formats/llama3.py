"""Llama 3: an answer that is {"name": …, "parameters": …}, or this behind <|python_tag|>.

Source: the chat templates of Llama 3.1, 3.2 and 3.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.chat.formats.format import Message, ToolFormat, with_values
from app.chat.formats.markup import Frame, Markup

MARKUP = Markup(Frame("", told=True), (Frame("<|python_tag|>"),), key="parameters")


@dataclass(frozen=True, slots=True)
class Llama3(ToolFormat):
    """Its template takes one call in a message."""

    def history(self, messages: Sequence[Message]) -> list[Message]:
        """Several calls at once become one after the other, each followed by its result."""
        found: list[Message] = []
        rest = iter([with_values(message) for message in messages])
        for message in rest:
            if len(message.get("tool_calls", ())) > 1:
                found += _one_by_one(message, rest)
            else:
                found.append(message)
        return found


LLAMA3 = Llama3(MARKUP, one_at_a_time=True)


def suits(template: str) -> bool:
    """Whether a template is for this format."""
    return (
        "<|start_header_id|>" in template
        and '"parameters"' in template
        and ("<function=" not in template)
    )


def _one_by_one(message: Message, rest: Iterator[Message]) -> list[Message]:
    results: dict[str | None, Message] = {}
    after: list[Message] = []
    for following in rest:
        if following.get("role") != "tool":
            after.append(following)
            break
        results[following.get("tool_call_id")] = following
    found: list[Message] = []
    for call in message["tool_calls"]:
        found.append({**message, "tool_calls": [call]})
        if result := results.pop(call.get("id"), None):
            found.append(result)
    return [*found, *results.values(), *after]
