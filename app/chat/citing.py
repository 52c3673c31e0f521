"""Proofs for an answer while it is written: each sentence is looked up once it is finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # documents are opened late, and what knows them is imported late
    from app.knowledge.citations import Citation, Proofs
    from app.knowledge.retrieval import Passage


def proofs(passages: Sequence[Passage]) -> Proofs:
    """What these passages bear out, for any number of answers."""
    from app.knowledge.citations import Proofs

    return Proofs(passages)


class Citing:
    """The proofs of one answer. Units: their places count the characters of all that was fed."""

    def __init__(self, known: Proofs) -> None:
        self.proofs = known
        self._open = ""  # what is not a finished sentence yet
        self._start = 0  # where that begins in the answer

    def feed(self, text: str) -> list[Citation]:
        """The proofs of the sentences that this finishes."""
        from app.knowledge import sentences

        self._open += text
        *finished, last = [*sentences.spans(self._open)] or [(0, 0)]
        # The last one may go on: "3." may become "3.14", and a quotation mark may follow.
        return self._until(last[0]) if finished else []

    def end(self) -> list[Citation]:
        """The proof of the last sentence, if there is one."""
        return self._until(len(self._open))

    def _until(self, end: int) -> list[Citation]:
        said, self._open = self._open[:end], self._open[end:]
        start, self._start = self._start, self._start + end
        return [
            replace(each, start=start + each.start, end=start + each.end)
            for each in self.proofs.of(said)
        ]
