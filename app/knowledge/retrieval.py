"""From a question to passages: by words and by meaning, fused, with neighbours joined."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from app import terms
from app.errors import AssistantError
from app.knowledge import fusion, keywords
from app.knowledge.chunks import BETWEEN, Pages
from app.knowledge.database import Database
from app.knowledge.embedding import Embedding
from app.knowledge.vectors.store import MOST_FILTERED, VectorsByScript

_log = logging.getLogger(__name__)

CANDIDATES = 50  # of each ranking
FULL_TRUST = 0.5  # a chunk with that share of the question's words is about the question
AT_ONCE = 4  # questions whose meaning is looked for
BEYOND_FILTER = 10  # times as many are asked for where a filter applies only afterwards

By = Literal["both", "words", "meaning"]
Rerank = Callable[[str, Sequence[str]], list[float]]


@dataclass(frozen=True, slots=True)
class Hit:
    """One chunk that was found. `words`: how far its words are those of the question, 0 to 1.

    `similarity`: the cosine to the question, where it is known.
    """

    chunk: int
    document: int
    ordinal: int
    score: float
    words: float
    similarity: float | None


@dataclass(frozen=True, slots=True)
class Passage:
    """What was found, with where it stands. Units: start and end count the document's characters.

    `score` orders passages of one search and means nothing else; `words` and `similarity` are the
    best of its chunks'.
    """

    document: str
    name: str
    source: str
    chunks: tuple[int, ...]
    text: str
    path: tuple[str, ...]
    pages: Pages
    start: int
    end: int
    score: float
    words: float
    similarity: float | None

    @property
    def first_page(self) -> int | None:
        """The page on which it begins."""
        return self.pages[0][1] if self.pages else None

    @property
    def last_page(self) -> int | None:
        """The page on which it ends."""
        return self.pages[-1][1] if self.pages else None


class Retrieval:
    """Searches all documents, or those of a filter."""

    def __init__(
        self,
        database: Database,
        vectors: VectorsByScript | None = None,
        embedding: Embedding | None = None,
        rerank: Rerank | None = None,
    ) -> None:
        self._database = database
        self._vectors = vectors
        self._embedding = embedding
        self._rerank = rerank
        self._frequencies = keywords.Frequencies()
        # Beside the words: the model has threads of its own, and so has SQLite's caller.
        self._meaning = ThreadPoolExecutor(AT_ONCE, "meaning")

    def close(self) -> None:
        """End the threads."""
        self._meaning.shutdown()

    def search(
        self,
        question: str,
        most: int = 5,
        documents: Sequence[int] | None = None,
        by: By = "both",
    ) -> list[Passage]:
        """The best passages, best first; `documents`: the ids of those that may be searched."""
        by_words, by_meaning = [], []
        nearest = self._nearest_soon(question, CANDIDATES, documents) if by != "words" else None
        if by != "meaning":
            by_words = self._trusted(question, self.by_words(question, CANDIDATES, documents))
        if nearest is not None:
            by_meaning = self._visible(nearest.result(), documents)[:CANDIDATES]
        trusted = [(chunk, 1.0) for chunk, _ in by_words] if by == "words" else by_words
        ranked = fusion.fused([trusted, [(chunk, 1.0) for chunk, _ in by_meaning]])
        hits = self._hits(ranked, dict(by_words), dict(by_meaning))
        if self._rerank is not None:
            hits = self._reranked(question, hits[: 4 * most])
        return self._passages(hits, most)

    def by_words(
        self, question: str, most: int, documents: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Chunks by the words of the question, with BM25 scores."""
        return keywords.search(self._database.reading, self._frequencies, question, most, documents)

    def _nearest_soon(
        self, question: str, most: int, documents: Sequence[int] | None
    ) -> Future[list[tuple[int, float]]] | None:
        """Chunks by the meaning of the question; None while there are no vectors."""
        if self._vectors is None or self._embedding is None or not question.strip():
            return None
        return self._meaning.submit(
            _nearest, self._vectors, self._embedding, question, most, documents
        )

    def _trusted(self, question: str, found: list[tuple[int, float]]) -> list[tuple[int, float]]:
        """Chunks found by words, with how far to trust that: few words in common tell little.

        So a question in another language than the documents is left to its meaning.
        """
        wanted = terms.of_query(question)
        rows = self._database.reading.execute(
            "SELECT chunks.id, name, path, text FROM chunks"
            " JOIN documents ON documents.id = document"
            " WHERE chunks.id IN (SELECT value FROM json_each(?))",
            (json.dumps([chunk for chunk, _ in found]),),
        )
        held = {
            row["id"]: terms.coverage(wanted, "\n".join((row["name"], row["path"], row["text"])))
            for row in rows
        }
        return [(chunk, min(1.0, held.get(chunk, 0.0) / FULL_TRUST) ** 2) for chunk, _ in found]

    def _visible(
        self, found: list[tuple[int, float]], documents: Sequence[int] | None
    ) -> list[tuple[int, float]]:
        """Without what was deleted or changed since its vector was made."""
        late = documents is not None and len(documents) > MOST_FILTERED
        allowed = set(documents) if documents is not None and late else None
        rows = self._database.reading.execute(
            "SELECT chunks.id, document FROM chunks JOIN documents ON documents.id = document"
            " WHERE removed = 0 AND chunks.id IN (SELECT value FROM json_each(?))",
            (json.dumps([chunk for chunk, _ in found]),),
        )
        there = {row["id"] for row in rows if allowed is None or row["document"] in allowed}
        return [(chunk, score) for chunk, score in found if chunk in there]

    def _hits(
        self,
        ranked: list[tuple[int, float]],
        by_words: dict[int, float],
        by_meaning: dict[int, float],
    ) -> list[Hit]:
        rows = self._database.reading.execute(
            "SELECT id, document, ordinal FROM chunks WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps([chunk for chunk, _ in ranked]),),
        )
        places = {row["id"]: (row["document"], row["ordinal"]) for row in rows}
        return [
            Hit(chunk, *places[chunk], score, by_words.get(chunk, 0.0), by_meaning.get(chunk))
            for chunk, score in ranked
            if chunk in places
        ]

    def _reranked(self, question: str, hits: list[Hit]) -> list[Hit]:
        assert self._rerank is not None
        texts = {row["id"]: row["text"] for row in self._rows([hit.chunk for hit in hits])}
        scores = self._rerank(question, [texts[hit.chunk] for hit in hits])
        order = sorted(zip(scores, hits, strict=True), key=lambda pair: -pair[0])
        return [replace(hit, score=score) for score, hit in order]

    def _passages(self, hits: list[Hit], most: int) -> list[Passage]:
        groups = joined(hits, most)
        rows = {
            row["id"]: row for row in self._rows([hit.chunk for hits in groups for hit in hits])
        }
        return [
            _passage(group, [rows[hit.chunk] for hit in group])
            for group in groups
            if all(hit.chunk in rows for hit in group)
        ]

    def _rows(self, chunks: list[int]) -> list[sqlite3.Row]:
        return self._database.reading.execute(
            "SELECT chunks.*, uid, name, source FROM chunks"
            " JOIN documents ON documents.id = document"
            " WHERE removed = 0 AND chunks.id IN (SELECT value FROM json_each(?))",
            (json.dumps(chunks),),
        ).fetchall()


def _nearest(
    vectors: VectorsByScript,
    embedding: Embedding,
    question: str,
    most: int,
    documents: Sequence[int] | None,
) -> list[tuple[int, float]]:
    """Chunks by the meaning of a question, with cosines.

    Nearest first, which across kinds of writing is not the order of the cosines.
    """
    late = documents is not None and len(documents) > MOST_FILTERED
    wanted = most * (BEYOND_FILTER if late else 1)
    try:
        asked = embedding.question(question)
        ranked = [
            (asked.nearness(cosine, script), chunk, cosine)
            for script, store in vectors.items()
            for chunk, cosine in store.nearest(asked.vector, wanted, documents)
        ]
    except AssistantError as error:
        # Words alone are better than no answer; the store's state is shown apart.
        _log.warning("Passages are searched by their words alone: %s", error)
        return []
    ranked.sort(key=lambda found: -found[0])
    return [(chunk, cosine) for _, chunk, cosine in ranked]


def joined(hits: list[Hit], most: int) -> list[list[Hit]]:
    """The best hits in groups: neighbours in one document make one passage, placed by its best.

    Pure. Each group is in the document's order.
    """
    groups: list[list[Hit]] = []
    for hit in hits:
        near = next((group for group in groups if _adjoins(group, hit)), None)
        if near is not None:
            near.append(hit)
            near.sort(key=lambda member: member.ordinal)
        elif len(groups) < most:
            groups.append([hit])
        else:
            break
    return groups


def _adjoins(group: list[Hit], hit: Hit) -> bool:
    if group[0].document != hit.document or len(group) >= 3:
        return False
    return hit.ordinal in (group[0].ordinal - 1, group[-1].ordinal + 1)


def _passage(hits: list[Hit], rows: list[sqlite3.Row]) -> Passage:
    similarities = [hit.similarity for hit in hits if hit.similarity is not None]
    text = rows[0]["text"]
    for before, row in pairwise(rows):
        gap = row["start"] - before["end"]
        text += (BETWEEN if gap == len(BETWEEN) else " " * gap) + row["text"]
    return Passage(
        document=rows[0]["uid"],
        name=rows[0]["name"],
        source=rows[0]["source"],
        chunks=tuple(row["id"] for row in rows),
        text=text,
        path=tuple(json.loads(rows[0]["path"])),
        pages=tuple((at, page) for row in rows for at, page in json.loads(row["pages"])),
        start=rows[0]["start"],
        end=rows[-1]["end"],
        score=max(hit.score for hit in hits),
        words=max(hit.words for hit in hits),
        similarity=max(similarities, default=None),
    )
