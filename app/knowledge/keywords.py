"""The keyword index: which chunks hold which terms, and the best ones for a query."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence

from app import terms

COMMON = 1_000  # chunks
COMMON_KEPT_S = 600.0
MOST_COMMON = 50_000


def add(connection: sqlite3.Connection, chunk: int, path: Iterable[str], text: str) -> None:
    """Make a chunk found by its words."""
    connection.execute(
        "INSERT INTO terms (rowid, words, characters) VALUES (?, ?, ?)",
        (chunk, *_columns(path, text)),
    )


def remove(connection: sqlite3.Connection, chunk: int, path: Iterable[str], text: str) -> None:
    """Take a chunk out again; path and text as they were when it was added."""
    connection.execute(
        "INSERT INTO terms (terms, rowid, words, characters) VALUES ('delete', ?, ?, ?)",
        (chunk, *_columns(path, text)),
    )


class Frequencies:
    """In how many chunks words stand. What is common is counted now and then: that takes long."""

    def __init__(self) -> None:
        self._common: dict[str, int] = {}
        self._since = time.monotonic()

    def of(self, connection: sqlite3.Connection, words: Sequence[str]) -> dict[str, int]:
        """The frequency of each word, in whichever form; of those that stand somewhere."""
        if time.monotonic() - self._since > COMMON_KEPT_S or len(self._common) > MOST_COMMON:
            self._common, self._since = {}, time.monotonic()
        counted = _counted(connection, [word for word in words if word not in self._common])
        self._common.update((word, n) for word, n in counted.items() if n >= COMMON)
        return {word: self._common[word] for word in words if word in self._common} | counted


def search(
    connection: sqlite3.Connection,
    frequencies: Frequencies,
    query: str,
    most: int,
    documents: Sequence[int] | None = None,
) -> list[tuple[int, float]]:
    """The best chunks and their scores (BM25, higher is better), best first."""
    wanted = terms.of_query(query)
    found = frequencies.of(connection, wanted.words)
    expression = terms.match_expression(wanted, lambda word: found.get(word, 0))
    if not expression:
        return []
    inside = ""
    values: list[object] = [expression]
    if documents is not None:
        # The plus: else SQLite begins the search anew for each chunk of the documents.
        inside = (
            "AND +rowid IN (SELECT id FROM chunks WHERE document IN"
            " (SELECT value FROM json_each(?)))"
        )
        values.append(json.dumps(list(documents)))
    if connection.execute("SELECT 1 FROM documents WHERE removed = 1 LIMIT 1").fetchone():
        inside += (
            " AND +rowid NOT IN (SELECT chunks.id FROM chunks JOIN documents"
            " ON documents.id = chunks.document WHERE removed = 1)"
        )
    rows = connection.execute(
        f"SELECT rowid, bm25(terms, 1.0, 1.0) AS score FROM terms WHERE terms MATCH ? {inside}"
        " ORDER BY rank LIMIT ?",
        (*values, most),
    )
    return [(row["rowid"], -row["score"]) for row in rows]


def _columns(path: Iterable[str], text: str) -> tuple[str, str]:
    found = terms.of_text("\n".join((*path, text)))
    return " ".join(found.words), " ".join(found.characters)


def _counted(connection: sqlite3.Connection, words: Sequence[str]) -> dict[str, int]:
    """In how many chunks each word stands: the index has words by stems."""
    connection.execute("DELETE FROM temp.asked")
    connection.executemany("INSERT INTO temp.asked (rowid, words) VALUES (?, ?)", enumerate(words))
    rows = connection.execute(
        "SELECT stems.doc AS place, vocabulary.doc AS chunks FROM temp.stems"
        " JOIN vocabulary ON vocabulary.term = stems.term"
    )
    return {words[row["place"]]: int(row["chunks"]) for row in rows}
