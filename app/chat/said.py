"""A reply that needs no model, because what it says is certain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

from app.engine import reply as engine
from app.engine.reply import Finished, Reply, Timings, Usage

Piece = TypeVar("Piece")

NOTHING_READ = Usage(0, 0, 0)
NO_TIME = Timings(0, 0.0, 0, 0.0, 0)


class Said(Generic[Piece]):
    """Gives these pieces, whose last one is the end, as a reply of the engine's would."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.prompt = ""
        self.reply = Reply()
        self.reply.put(Finished("stop", NOTHING_READ, NO_TIME))
        self._pieces = pieces

    def take(self, _event: engine.Happening) -> Iterator[Piece]:
        """All of it."""
        yield from self._pieces

    def cancel(self) -> None:
        """It is over already."""
