"""Reads tool calls out of an answer while it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from typing import Any

from app.chat import markers
from app.chat.formats.markup import Markup
from app.chat.reply import Arguments, Content, Event, ToolCall, new_id

HEAD = re.compile(
    r'\{\s*"name"\s*:\s*("(?:[^"\\]|\\.)*")\s*,\s*"(?:arguments|parameters)"\s*:\s*(?=\{)',
    re.DOTALL,
)
TAIL = re.compile(r'\s*(?:,\s*"[^"]*"\s*:\s*"[^"]*"\s*)*\}')


class ObjectEnd:
    """Finds the end of a JSON object that comes in pieces."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._escaped = False

    def feed(self, text: str) -> int | None:
        """How much of `text` belongs to the object, once that is known."""
        for at, char in enumerate(text):
            if self._in_string:
                self._in_string = char != '"' or self._escaped
                self._escaped = char == "\\" and not self._escaped
            elif char == '"':
                self._in_string = True
            elif char in "{[":
                self._depth += 1
            elif char in "}]":
                self._depth -= 1
                if self._depth == 0:
                    return at + 1
        return None


class Calls:
    """Splits an answer into content and calls.

    A call is announced once its name is known and its arguments begin; what only looks like a
    call is content, to the letter. White space around calls is dropped.
    """

    def __init__(self, markup: Markup, names: Collection[str]) -> None:
        self._markup = markup
        self._names = names
        self._state: Callable[[], bool] = self._text
        self._out: list[Event] = []
        self._held = ""
        self._raw = ""  # what was taken for the beginning of a call
        self._first = markup.listed  # whether a list's bracket may still come
        self._bare = markup.bare
        self._calls = 0
        self._object = ObjectEnd()
        self._over = False

    def feed(self, text: str) -> list[Event]:
        """What is certain now."""
        self._held += text
        self._out = []
        while self._state():
            pass
        return self._out

    def end(self) -> list[Event]:
        """The rest."""
        self._over = True
        return self.feed("")

    def _text(self) -> bool:
        """Between calls. As all states: whether to look again."""
        if self._bare and self._held.strip():
            self._bare = False
            if self._held.lstrip().startswith("{"):
                return self._open(len(self._held) - len(self._held.lstrip()), "")
        if found := markers.first(self._held, [self._markup.begin]):
            return self._open(*found)
        certain = self._held[: markers.sure(self._held, [self._markup.begin])]
        text = self._held if self._over else certain.rstrip()
        self._held = self._held[len(text) :]
        if text and not (self._calls and self._over and not text.strip()):
            self._out.append(Content(text))
        return False

    def _open(self, at: int, opener: str) -> bool:
        before = self._held[:at]
        text = before.rstrip()
        if text:
            self._out.append(Content(text))
        self._raw = before[len(text) :] + opener
        self._held = self._held[at + len(opener) :]
        self._first = self._markup.listed
        return self._go(self._call)

    def _call(self) -> bool:
        """After an opener or a comma."""
        bracket = r"\s*\[?\s*" if self._first else r"\s*"
        start = re.match(bracket, self._held)
        rest = self._held[start.end() if start else 0 :]
        if not rest and not self._over:
            return False
        if head := HEAD.match(rest):
            name = _decoded(head[1])
            if name not in self._names:
                return self._malformed()
            self._out.append(self._announced(name))
            self._held, self._object = rest[head.end() :], ObjectEnd()
            return self._go(self._arguments)
        end = ObjectEnd().feed(rest) if rest.startswith("{") else None
        if end is not None:
            return self._whole(rest, end)
        if self._over or not rest.startswith("{"):
            return self._malformed()
        return False

    def _whole(self, rest: str, end: int) -> bool:
        """A complete object whose name did not come first."""
        value = _decoded(rest[:end])
        found = value if isinstance(value, dict) else {}
        arguments = found.get("arguments", found.get("parameters", {}))
        if found.get("name") not in self._names or not isinstance(arguments, dict):
            return self._malformed()
        self._out.append(self._announced(found["name"]))
        self._out.append(Arguments(self._calls - 1, json.dumps(arguments, ensure_ascii=False)))
        self._held = rest[end:]
        return self._go(self._between)

    def _arguments(self) -> bool:
        end = self._object.feed(self._held)
        text = self._held[:end]
        if text:
            self._out.append(Arguments(self._calls - 1, text))
        self._held = self._held[len(text) :]
        return end is not None and self._go(self._tail)

    def _tail(self) -> bool:
        """After the arguments: the end of the call's object."""
        if tail := TAIL.match(self._held):
            self._held = self._held[tail.end() :]
            return self._go(self._between)
        rest = self._held.lstrip()
        if rest and not rest.startswith(","):
            return self._go(self._text)
        if self._over:
            self._held = ""
        return False

    def _between(self) -> bool:
        """After a call: the closing marker, or a comma and another call."""
        rest = self._held.lstrip()
        end = "]" if self._markup.listed else self._markup.end
        if end and rest.startswith(end):
            self._held = rest[len(end) :]
            return self._go(self._text)
        if rest[:1] in (",", ";") and (self._markup.listed or self._markup.bare):
            self._raw, self._held, self._first = rest[0], rest[1:], False
            return self._go(self._call)
        if not end.startswith(rest):
            return self._go(self._text)
        if self._over:
            self._held = ""
        return False

    def _malformed(self) -> bool:
        if self._raw:
            self._out.append(Content(self._raw))
        return self._go(self._text)

    def _announced(self, name: str) -> ToolCall:
        self._calls += 1
        return ToolCall(self._calls - 1, new_id(), name)

    def _go(self, state: Callable[[], bool]) -> bool:
        self._state = state
        return True


def _decoded(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
