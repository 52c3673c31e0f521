"""Conversations as files: JSON that holds all of them, Markdown that people read. Pure."""

from __future__ import annotations

import base64
import binascii
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.conversations.message import Message, Role, branch, new_uid
from app.language import Text

FORMAT = "assistant-conversations"
SPEAKERS: dict[Role, Text] = {
    "user": Text("You", "你"),
    "assistant": Text("Assistant", "助手"),
}
_HEADING = re.compile(r"^## (.+?)\s*$", re.MULTILINE)
_ROLES: dict[str, Role] = {
    "you": "user",
    "user": "user",
    "你": "user",
    "用户": "user",
    "assistant": "assistant",
    "助手": "assistant",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """A conversation that comes from a file."""

    title: str
    folder: str
    pinned: bool
    messages: Sequence[Message]
    leaf: str | None


def as_markdown(
    title: str, messages: Sequence[Message], leaf: str | None, speak: Mapping[Role, str]
) -> str:
    """The branch that is shown."""
    parts = [f"# {title}"]
    for each in branch(messages, leaf):
        parts += [f"## {speak[each.role]}", each.text.strip()]
    return "\n\n".join(parts) + "\n"


def of_markdown(text: str) -> Imported | None:
    """A conversation whose turns stand under headings; None where there is none."""
    found = [each for each in _HEADING.finditer(text) if each[1].casefold() in _ROLES]
    if not found:
        return None
    ends = [*(each.start() for each in found[1:]), len(text)]
    said = [
        (_ROLES[each[1].casefold()], text[each.end() : end].strip())
        for each, end in zip(found, ends, strict=True)
    ]
    title = re.search(r"^# (.+)$", text[: found[0].start()], re.MULTILINE)
    return in_a_row(said, title[1].strip() if title else "")


def in_a_row(said: Sequence[tuple[Role, str]], title: str) -> Imported:
    """A conversation without branches."""
    messages: list[Message] = []
    for role, text in said:
        parent = messages[-1].uid if messages else None
        messages.append(Message(new_uid("message"), parent, role, text, time.time()))
    return Imported(title, "", False, messages, messages[-1].uid if messages else None)


def renamed(messages: Sequence[Message], leaf: str | None) -> tuple[list[Message], str | None]:
    """The same tree under new names, in an order in which each message follows its parent.

    What follows nothing that is there begins a branch.
    """
    names: dict[str, str] = {}
    ordered: list[Message] = []
    for each in messages:
        names[each.uid] = new_uid("message")
        parent = names.get(each.parent) if each.parent and each.parent != each.uid else None
        ordered.append(_named(each, names[each.uid], parent))
    return ordered, names.get(leaf or "") or (ordered[-1].uid if ordered else None)


def picture_in(url: str) -> tuple[str, bytes] | None:
    """The type and the bytes of a picture in a data URL; None where there is none."""
    head, _, data = url.partition(";base64,")
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
    mime = head.removeprefix("data:")
    return (mime, content) if content and mime.startswith("image/") else None


def _named(message: Message, uid: str, parent: str | None) -> Message:
    state = "stopped" if message.state == "writing" else message.state
    return Message(
        *(uid, parent, message.role, message.text, message.created, message.thinking),
        *(state, message.extra),
    )
