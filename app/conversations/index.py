"""The index of what was said: every word, and pairs of characters where nobody writes spaces."""

from __future__ import annotations

import sqlite3

from app import terms

SHORTEST_PREFIX = 2  # characters


def add(connection: sqlite3.Connection, row: int, text: str) -> None:
    """Make a text found by its words."""
    connection.execute(
        "INSERT INTO found (rowid, words, characters) VALUES (?, ?, ?)", (row, *_columns(text))
    )


def remove(connection: sqlite3.Connection, row: int, text: str) -> None:
    """Take a text out again; it must be as it was when it was added."""
    connection.execute(
        "INSERT INTO found (found, rowid, words, characters) VALUES ('delete', ?, ?, ?)",
        (row, *_columns(text)),
    )


def expression(query: str) -> str:
    """An FTS5 expression for texts that hold all of a query's words, or their beginnings."""
    wanted = terms.of_query(query)
    parts = [f'words : "{word}"{_beginning(word)}' for word in wanted.words]
    parts += [f'characters : "{each}"' for each in wanted.characters]
    return " AND ".join(parts)


def excerpt(text: str, query: str, most: int = 120) -> str:
    """What stands around the first of a query's words, in one line."""
    flat = " ".join(text.split())
    folded = flat.casefold()
    wanted = terms.of_query(query)
    places = [folded.find(each) for each in (*wanted.words, *wanted.characters)]
    first = min((place for place in places if place >= 0), default=0)
    start = max(0, first - most // 3)
    cut = flat[start : start + most]
    return ("…" if start else "") + cut + ("…" if start + most < len(flat) else "")


def _beginning(word: str) -> str:
    # A pair of characters is whole as it is; of words one may have typed the beginning only.
    return "*" if len(word) >= SHORTEST_PREFIX and not terms.WIDE.match(word) else ""


def _columns(text: str) -> tuple[str, str]:
    found = terms.of_text(text)
    return " ".join(found.words), " ".join(found.characters)
