"""From tokens to text: whole characters, and the strings that end an answer."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.engine.reply import Finished, Happening, Progress, Reply, Token


@dataclass(frozen=True, slots=True)
class Delta:
    """Some more of an answer's text; `tokens`: those that have come since the last.

    It is empty only where it brings `progress`, which was asked for.
    """

    text: str
    tokens: tuple[Token, ...] = ()
    progress: Progress | None = None


class StopStrings:
    """Finds the first of several strings in a text that comes in pieces. `found`: that one."""

    def __init__(self, stops: tuple[str, ...]) -> None:
        self.found: str | None = None
        self._stops = tuple(stop for stop in stops if stop)
        self._held = ""

    def feed(self, text: str) -> tuple[str, bool]:
        """The text that is certainly before any stop string, and whether one is complete."""
        text = self._held + text
        places = [(place, stop) for stop in self._stops if (place := text.find(stop)) >= 0]
        if places:
            place, self.found = min(places)
            self._held = ""
            return text[:place], True
        sure = len(text) - self._beginning_at_end(text)
        self._held = text[sure:]
        return text[:sure], False

    def flush(self) -> str:
        """What was held back, once it is certain that nothing follows."""
        held, self._held = self._held, ""
        return held

    def _beginning_at_end(self, text: str) -> int:
        """Length of the longest end of `text` that may be the beginning of a stop string."""
        longest = max((len(stop) - 1 for stop in self._stops), default=0)
        for length in range(min(longest, len(text)), 0, -1):
            if any(stop.startswith(text[-length:]) for stop in self._stops):
                return length
        return 0


class TextReply:
    """A Reply as text: iterating yields each Delta, then one Finished.

    A character is never split; text that may begin a stop string waits until that is certain; at
    a stop string the text ends in front of it and the Reply is cancelled. `shown`: control tokens
    that appear in the text all the same, with their bytes.
    Raises: what Reply raises.
    """

    def __init__(
        self, reply: Reply, stop: tuple[str, ...] = (), shown: Mapping[int, bytes] | None = None
    ) -> None:
        self.reply = reply
        self._shown = shown or {}
        self._count = 0
        self._waiting: list[Token] = []  # tokens whose text has not gone out
        self._stops = StopStrings(stop)
        self._characters = getincrementaldecoder("utf-8")(errors="replace")

    def __iter__(self) -> Iterator[Delta | Finished]:
        for event in self.reply:
            yield from self.take(event)

    def take(self, event: Happening) -> Iterator[Delta | Finished]:
        """What the next event of the reply comes to."""
        if isinstance(event, Finished):
            yield from _cut(event, self._count) if self.stopped_by else self._end(event)
        elif isinstance(event, Progress):
            yield Delta("", progress=event)
        elif self.stopped_by is None:
            self._count += 1
            self._waiting.append(event)
            piece = self._shown.get(event.id, event.piece)
            text, stopped = self._stops.feed(self._characters.decode(piece))
            if stopped:
                self.reply.cancel()
            if text:
                yield self._delta(text)

    def cancel(self) -> None:
        """End the reply at the engine's next step; from any thread, repeatedly."""
        self.reply.cancel()

    @property
    def slot(self) -> int | None:
        """The slot that works on it, or did; None while it waits for one."""
        return self.reply.slot

    @property
    def stopped_by(self) -> str | None:
        """The stop string that ended it."""
        return self._stops.found

    def _end(self, finished: Finished) -> Iterator[Delta | Finished]:
        text, _ = self._stops.feed(self._characters.decode(b"", final=True))
        if rest := text + self._stops.flush():
            yield self._delta(rest)
        yield finished

    def _delta(self, text: str) -> Delta:
        tokens, self._waiting = tuple(self._waiting), []
        return Delta(text, tokens)


def _cut(finished: Finished, tokens: int) -> Iterator[Finished]:
    # The engine may have been ahead when the stop string was complete.
    usage = replace(finished.usage, completion_tokens=tokens)
    yield replace(finished, reason="stop", usage=usage)
