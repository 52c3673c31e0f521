"""What a parser makes of a text that comes in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.chat.reply import Arguments, Content, Event, Parser, Reasoning, ToolCall


@dataclass
class Read:
    content: str = ""
    reasoning: str = ""
    calls: list[tuple[str, str]] = field(default_factory=list)  # names and arguments

    def add(self, events: Iterable[Event]) -> Read:
        for event in events:
            if isinstance(event, Content):
                self.content += event.text
            elif isinstance(event, Reasoning):
                self.reasoning += event.text
            elif isinstance(event, ToolCall):
                assert event.index == len(self.calls)
                assert event.id.startswith("call_")
                self.calls.append((event.name, ""))
            elif isinstance(event, Arguments):
                assert event.index == len(self.calls) - 1
                assert event.text
                name, arguments = self.calls[-1]
                self.calls[-1] = (name, arguments + event.text)
        return self


def read(parser: Parser, pieces: Sequence[str]) -> Read:
    found = Read()
    for piece in pieces:
        found.add(parser.feed(piece))
    return found.add(parser.end())


def cut(text: str, places: Iterable[int]) -> list[str]:
    """The text in pieces, cut at these places."""
    ends = sorted({place % (len(text) + 1) for place in places} | {0, len(text)})
    return [text[start:end] for start, end in pairwise(ends)]
