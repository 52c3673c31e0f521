"""What people put on documents: the collections they are in, and their tags."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.knowledge.database import Database
from app.knowledge.documents import Document


@dataclass(frozen=True, slots=True)
class Label:
    """One document's. `collections`: uid and name of each. `waiting`: chunks without vectors."""

    collections: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    waiting: int = 0


class Labels:
    """The labels of all documents of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, documents: Sequence[Document]) -> list[Label]:
        """The label of each document."""
        ids = json.dumps([document.id for document in documents])
        collections = self._grouped(
            "SELECT document, uid, name FROM members"
            " JOIN collections ON collections.id = collection"
            " WHERE document IN (SELECT value FROM json_each(?)) ORDER BY collection",
            ids,
        )
        tags = self._grouped(
            "SELECT document, tag FROM tags"
            " WHERE document IN (SELECT value FROM json_each(?)) ORDER BY tag",
            ids,
        )
        waiting = self._grouped(
            "SELECT document, count(*) FROM chunks WHERE embedded = 0"
            " AND document IN (SELECT value FROM json_each(?)) GROUP BY document",
            ids,
        )
        return [
            Label(
                tuple((row[1], row[2]) for row in collections.get(document.id, ())),
                tuple(row[1] for row in tags.get(document.id, ())),
                waiting[document.id][0][1] if document.id in waiting else 0,
            )
            for document in documents
        ]

    def put(
        self,
        uid: str,
        collections: Iterable[str] | None = None,
        tags: Iterable[str] | None = None,
    ) -> bool:
        """Give a document these collections and tags in place of those it has; None: as they are.

        Whether the document is there.
        """
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT id FROM documents WHERE uid = ? AND removed = 0", (uid,)
            ).fetchone()
            if row is None:
                return False
            if collections is not None:
                connection.execute("DELETE FROM members WHERE document = ?", (row["id"],))
                connection.execute(
                    "INSERT INTO members (collection, document) SELECT id, ? FROM collections"
                    " WHERE uid IN (SELECT value FROM json_each(?))",
                    (row["id"], json.dumps(list(collections))),
                )
            if tags is not None:
                connection.execute("DELETE FROM tags WHERE document = ?", (row["id"],))
                connection.execute(
                    "INSERT OR IGNORE INTO tags (tag, document) SELECT value, ? FROM json_each(?)",
                    (row["id"], json.dumps(list(tags))),
                )
        return True

    def tags(self) -> list[str]:
        """Every tag that a document has."""
        rows = self._database.reading.execute("SELECT DISTINCT tag FROM tags ORDER BY tag")
        return [row["tag"] for row in rows]

    def _grouped(self, query: str, ids: str) -> dict[int, list[sqlite3.Row]]:
        groups: dict[int, list[sqlite3.Row]] = {}
        for row in self._database.reading.execute(query, (ids,)):
            groups.setdefault(row[0], []).append(row)
        return groups
