"""What comes back for a chat: text, thoughts and calls as they are written, then the end."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from app.engine import reply as engine
from app.engine.reply import Progress, Timings, Token, Usage
from app.engine.text import Delta, TextReply


@dataclass(frozen=True, slots=True)
class Content:
    """Some more of the answer's text; `tokens`: those that have come since the last Content."""

    text: str
    tokens: tuple[Token, ...] = field(default=(), compare=False)
    progress: Progress | None = None  # where that was asked for; it comes without text


@dataclass(frozen=True, slots=True)
class Reasoning:
    """Some more of what the model thinks before it answers."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model calls a tool; its Arguments follow. `index` counts the answer's calls from 0."""

    index: int
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Arguments:
    """Some more of a call's arguments, which together are one JSON object."""

    index: int
    text: str


Event = Content | Reasoning | ToolCall | Arguments


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a chat's reply."""

    reason: Literal["stop", "length", "tool_calls"]
    usage: Usage
    timings: Timings


class Parser(Protocol):
    """Reads text that comes in pieces; what it can't be sure of yet waits for the next piece."""

    def feed(self, text: str) -> Iterable[Event]:
        """What is certain now."""

    def end(self) -> Iterable[Event]:
        """The rest, once it is certain that nothing follows."""


class ChatReply:
    """One answer: iterating yields each event, then one Finished.

    `prompt`: the text that the model continued; `prompt_tokens`: its length.
    Raises: what TextReply raises.
    """

    def __init__(self, text: TextReply, parser: Parser, prompt: str, prompt_tokens: int) -> None:
        self.prompt = prompt
        self.prompt_tokens = prompt_tokens
        self._text = text
        self._parser = parser
        self._tokens: list[Token] = []  # those that no Content has carried yet
        self._called = False

    def __iter__(self) -> Iterator[Event | Finished]:
        for event in self.reply:
            yield from self.take(event)

    @property
    def reply(self) -> engine.Reply:
        """The engine's reply that it reads."""
        return self._text.reply

    def take(self, event: engine.Happening) -> Iterator[Event | Finished]:
        """What the next event of the engine's reply comes to."""
        for item in self._text.take(event):
            if isinstance(item, Delta) and item.progress:
                yield Content("", progress=item.progress)
            elif isinstance(item, Delta):
                self._tokens += item.tokens
                yield from self._noted(self._parser.feed(item.text))
            else:
                yield from self._noted(self._parser.end())
                yield self._finished(item)

    def cancel(self) -> None:
        """End the reply at the engine's next step; from any thread, repeatedly."""
        self._text.cancel()

    @property
    def stopped_by(self) -> str | None:
        """The stop string that ended it."""
        return self._text.stopped_by

    def _noted(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            if isinstance(event, Content):
                tokens, self._tokens = tuple(self._tokens), []
                yield replace(event, tokens=tokens)
            else:
                # Only the text that everyone sees has its tokens with it.
                self._tokens = []
                self._called = self._called or isinstance(event, ToolCall)
                yield event

    def _finished(self, item: engine.Finished) -> Finished:
        # A call that a limit cut off is none that can be made.
        called = self._called and item.reason == "stop"
        return Finished("tool_calls" if called else item.reason, item.usage, item.timings)


def new_id() -> str:
    """A name for a call, by which its result will refer to it."""
    return f"call_{secrets.token_hex(12)}"
