"""What comes back for one request: tokens as they are chosen, then how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Literal

from app.errors import AssistantError


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Natural logarithms of probabilities: of a chosen token, and of the likeliest ones."""

    chosen: float
    top: tuple[tuple[int, float], ...]  # token id and logarithm, likeliest first


@dataclass(frozen=True, slots=True)
class Usage:
    """Counts of tokens; `cached_tokens` of the prompt did not have to be computed again."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int


@dataclass(frozen=True, slots=True)
class Timings:
    """How long a request took, without its time in the queue. Source: llama-server, `timings`."""

    prompt_n: int
    prompt_ms: float
    predicted_n: int
    predicted_ms: float
    cache_n: int
    draft_n: int = 0
    draft_n_accepted: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """One chosen token and its bytes, of which a character may need several."""

    id: int
    piece: bytes
    probabilities: Probabilities | None = None  # where they were asked for
    timings: Timings | None = None  # likewise: so far


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a prompt is read, in tokens, where that was asked for."""

    total: int
    cached: int
    processed: int
    timings: Timings


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a reply: the model (or the one who asked) ended it, or a limit did."""

    reason: Literal["stop", "length"]
    usage: Usage
    timings: Timings


Happening = Progress | Token | Finished


class Reply:
    """Iterating yields each Token, then one Finished; in front, each Progress that was asked for.

    Raises: EngineFailed; Cancelled when the program ends meanwhile.
    """

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self._events: SimpleQueue[Happening | AssistantError] = SimpleQueue()
        self._wake = wake
        self._tell: Callable[[], None] = lambda: None
        self._cancelled = False
        self.slot: int | None = None  # the one that works on it, or did; written by the engine

    def __iter__(self) -> Iterator[Happening]:
        return (event for _, event in together([self]))

    def on_event(self, tell: Callable[[], None]) -> None:
        """Call this, which must not block, for each event that nobody has taken: at least once."""
        self._tell = tell
        for _ in range(self._events.qsize()):
            tell()

    def arrived(self) -> Happening | None:
        """The next event that nobody has taken, if there is one. Raises: as iterating does."""
        try:
            event = self._events.get_nowait()
        except Empty:
            return None
        if isinstance(event, AssistantError):
            raise event
        return event

    def cancel(self) -> None:
        """End the reply at the engine's next step, with a Finished; from any thread, repeatedly."""
        if not self._cancelled:
            self._cancelled = True
            self._wake()

    @property
    def cancelled(self) -> bool:
        """Whether the one who asked has gone."""
        return self._cancelled

    def put(self, event: Happening | AssistantError) -> None:
        """The engine's side: what happened next."""
        self._events.put(event)
        self._tell()


def together(replies: Sequence[Reply]) -> Iterator[tuple[int, Happening]]:
    """What happens in several replies, each with its number, as it happens.

    Raises: what the first of them that fails raises.
    """
    ready: SimpleQueue[int] = SimpleQueue()
    for number, reply in enumerate(replies):
        reply.on_event(partial(ready.put, number))
    left = len(replies)
    while left:
        number = ready.get()
        if event := replies[number].arrived():
            yield number, event
            left -= isinstance(event, Finished)
