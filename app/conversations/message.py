"""A message, and what a conversation is made of: a tree, of which one branch is shown. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Role = Literal["user", "assistant"]
State = Literal["writing", "done", "cut", "stopped", "failed"]

# Events whose values are lists that grow in the message's extra.
LISTS = ("sources", "citations", "calls")


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `parent`: the one that it follows; `extra`: what the page shows beside it.

    `state`: cut, where a limit ended it; stopped, where someone, or the end of the program, did.
    """

    uid: str
    parent: str | None
    role: Role
    text: str
    created: float
    thinking: str = ""
    state: State = "done"
    extra: Mapping[str, Any] = field(default_factory=dict)

    def with_extra(self, **more: Any) -> Message:
        """The same message, and more beside it."""
        return replace(self, extra={**self.extra, **more})

    def grown(self, event: Mapping[str, Any]) -> Message:
        """The same message, and what an event adds to it."""
        more = {name: [*self.extra.get(name, ()), *event[name]] for name in LISTS if name in event}
        return replace(
            self.with_extra(**more) if more else self,
            text=self.text + event.get("text", ""),
            thinking=self.thinking + event.get("thinking", ""),
        )


def branch(messages: Iterable[Message], leaf: str | None) -> list[Message]:
    """The messages from the first one to `leaf`."""
    known = {each.uid: each for each in messages}
    found: list[Message] = []
    while leaf is not None and (each := known.pop(leaf, None)) is not None:
        found.append(each)
        leaf = each.parent
    return found[::-1]


def newest_leaf(messages: Sequence[Message]) -> str | None:
    """The end of the branch that was written last."""
    return messages[-1].uid if messages else None


def new_uid(kind: str) -> str:
    """A name that nothing else has."""
    return f"{kind}_{secrets.token_hex(12)}"
