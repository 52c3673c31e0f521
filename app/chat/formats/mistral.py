"""Mistral: [TOOL_CALLS][{"name": …, "arguments": …, "id": …}].

Source: the chat templates of Mistral 7B v0.3 and Mistral Nemo.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.chat.formats.format import Message, ToolFormat, with_values
from app.chat.formats.markup import Frame, Markup

MARKUP = Markup(Frame("[TOOL_CALLS]"), listed=True, with_id=True)
ID_LENGTH = 9


@dataclass(frozen=True, slots=True)
class Mistral(ToolFormat):
    """Its template takes ids of nine letters and digits, and no others."""

    def history(self, messages: Sequence[Message]) -> list[Message]:
        """The same conversation, with ids that the template takes."""
        return [_with_short_ids(dict(with_values(message))) for message in messages]


MISTRAL = Mistral(MARKUP)


def suits(template: str) -> bool:
    """Whether a template is for this format; a later one puts [ARGS] behind a bare name."""
    return MARKUP.frame.begin in template and "[ARGS]" not in template


def _with_short_ids(message: dict[str, Any]) -> dict[str, Any]:
    if "tool_calls" in message:
        calls = enumerate(message["tool_calls"])
        message["tool_calls"] = [
            {**each, "id": _short(each.get("id") or str(n))} for n, each in calls
        ]
    if "tool_call_id" in message:
        message["tool_call_id"] = _short(message["tool_call_id"] or "0")
    return message


def _short(name: str) -> str:
    if len(name) == ID_LENGTH and name.isascii() and name.isalnum():
        return name
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:ID_LENGTH]
