"""Which sentence of an answer stands in which passage: computed, not claimed. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app import terms
from app.knowledge import sentences
from app.knowledge.chunks import page_at

if TYPE_CHECKING:  # what retrieves needs a database, and an answer may come before it is open
    from app.knowledge.retrieval import Passage

HALF = 0.5
FEWEST_TERMS = 2
NUMBER_WEIGHT = 3.0  # an answer with another number is no match, whatever else is alike
TOGETHER = 2  # neighbouring sentences of a passage that may support one of the answer


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence of the answer with its proof.

    Units: start and end count the answer's characters, source_start and source_end the
    document's. `strength`: the share of the sentence that stands there, 0.5 to 1.
    """

    start: int
    end: int
    passage: int
    document: str
    name: str
    page: int | None
    source_start: int
    source_end: int
    strength: float


@dataclass(frozen=True, slots=True)
class _Source:
    passage: int
    start: int  # in the passage
    end: int
    terms: frozenset[str]


def cite(answer: str, passages: Sequence[Passage]) -> list[Citation]:
    """The sentences of an answer that the passages bear out, each with the best place."""
    return Proofs(passages).of(answer)


class Proofs:
    """What passages bear out; they are taken apart once, for as many answers as there are."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._sources = [
            source for at, passage in enumerate(passages) for source in _sources(at, passage)
        ]
        self._weights = _Weights(self._sources)

    def of(self, answer: str) -> list[Citation]:
        """The sentences of an answer that they bear out, each with the best place."""
        found = (self._of_sentence(answer, *span) for span in sentences.spans(answer))
        return [citation for citation in found if citation is not None]

    def _of_sentence(self, answer: str, start: int, end: int) -> Citation | None:
        said = answer[start:end]
        wanted = _terms(said)
        if len(wanted) < FEWEST_TERMS:
            return None
        best = _best(wanted, self._sources, self._weights)
        if best is None:
            return None
        strength, source = best
        passage = self._passages[source.passage]
        return _citation(start, start + len(said.rstrip()), source, passage, strength)


def _citation(start: int, end: int, source: _Source, passage: Passage, strength: float) -> Citation:
    place = passage.start + source.start
    return Citation(
        start,
        end,
        source.passage,
        passage.document,
        passage.name,
        page_at(passage.pages, place),
        place,
        passage.start + source.end,
        round(strength, 3),
    )


def _best(
    wanted: frozenset[str], sources: list[_Source], weights: _Weights
) -> tuple[float, _Source] | None:
    total = weights.of(wanted)
    best: tuple[float, _Source] | None = None
    for source in sources:
        strength = weights.of(wanted & source.terms) / total
        # Of equal proofs the shortest, then the one that was found first.
        if strength >= HALF and (
            best is None
            or strength > best[0] + 1e-9
            or (
                strength > best[0] - 1e-9
                and source.end - source.start < best[1].end - best[1].start
            )
        ):
            best = (strength, source)
    return best


def _sources(at: int, passage: Passage) -> Iterator[_Source]:
    spans = list(sentences.spans(passage.text))
    for first in range(len(spans)):
        for last in range(first, min(first + TOGETHER, len(spans))):
            start, end = spans[first][0], spans[last][1]
            text = passage.text[start:end]
            yield _Source(at, start, start + len(text.rstrip()), _terms(text))


class _Weights:
    """What tells much weighs much: numbers, and terms that few sentences of the passages hold."""

    def __init__(self, sources: list[_Source]) -> None:
        self._holding = Counter(term for source in sources for term in source.terms)
        self._count = len(sources)

    def of(self, found: frozenset[str]) -> float:
        return math.fsum(self._of(term) for term in found)

    def _of(self, term: str) -> float:
        rarity = 1.0 + math.log((1 + self._count) / (1 + self._holding[term]))
        return rarity * (NUMBER_WEIGHT if term[0].isdigit() else 1.0)


def _terms(text: str) -> frozenset[str]:
    found = terms.of_query(re.sub(r"\[\d+\]", " ", text))  # markers that a model wrote itself
    return frozenset(map(terms.stem, [*found.words, *found.characters]))
