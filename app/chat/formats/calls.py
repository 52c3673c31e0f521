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
BEGIN = '{"name":"'  # without white space
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
        self._frame = markup.frame
        self._bracket = False  # whether a list's bracket may come
        self._start = any(not frame.begin for frame in markup.frames)  # of the answer
        self._begins = [frame.begin for frame in markup.frames if frame.begin]
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
        if self._start and (begun := self._held.strip()):
            self._start = False
            if begun.startswith("{"):
                return self._open(len(self._held) - len(self._held.lstrip()), "")
        if found := markers.first(self._held, self._begins):
            return self._open(*found)
        certain = self._held[: markers.sure(self._held, self._begins)]
        text = self._held if self._over else certain.rstrip()
        self._held = self._held[len(text) :]
        if text and not (self._calls and self._over and not text.strip()):
            self._out.append(Content(text))
        return False

    def _open(self, at: int, begin: str) -> bool:
        before = self._held[:at]
        text = before.rstrip()
        if text:
            self._out.append(Content(text))
        self._raw = before[len(text) :] + begin
        self._held = self._held[at + len(begin) :]
        self._frame = next(each for each in self._markup.frames if each.begin == begin)
        self._bracket = self._markup.listed
        return self._go(self._call)

    def _call(self) -> bool:
        """After a beginning or a comma."""
        bracket = r"\s*\[?\s*" if self._bracket else r"\s*"
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
        if self._frame.told and not self._may_be_call(rest):
            return self._malformed()
        end = ObjectEnd().feed(rest) if rest.startswith("{") else None
        if end is not None:
            return self._whole(rest, end)
        if self._over or not rest.startswith("{"):
            return self._malformed()
        return False

    def _may_be_call(self, rest: str) -> bool:
        """Whether a tool's name comes first, as far as can be seen."""
        tight = re.sub(r"\s", "", rest[:40])
        if len(tight) <= len(BEGIN):
            return BEGIN.startswith(tight)
        written = rest[rest.index('"', rest.index(":")) :] if tight.startswith(BEGIN) else ""
        return any(
            json.dumps(name, ensure_ascii=False).startswith(written[: len(name) + 2])
            for name in self._names
        ) and bool(written)

    def _whole(self, rest: str, end: int) -> bool:
        """A complete object whose name did not come first."""
        value = _decoded(rest[:end])
        found = value if isinstance(value, dict) else {}
        nothing: dict[str, Any] | None = None if self._frame.told else {}
        arguments = found.get("arguments", found.get("parameters", nothing))
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
        end = "]" if self._markup.listed else self._frame.end
        if end and rest.startswith(end):
            self._held = rest[len(end) :]
            return self._go(self._text)
        if rest.startswith(",") and self._markup.listed:
            self._raw, self._held, self._bracket = ",", rest[1:], False
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
