"""Named collections of documents; a document may be in several."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.knowledge.database import Database


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection. `created` in seconds since 1970; `documents`: how many are in it."""

    uid: str
    name: str
    created: float
    metadata: Mapping[str, Any]
    documents: int


_COUNTED = (
    "SELECT collections.*, (SELECT count(*) FROM members JOIN documents"
    " ON documents.id = members.document"
    " WHERE members.collection = collections.id AND removed = 0) AS documents FROM collections"
)


class Collections:
    """All collections of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str, metadata: Mapping[str, Any] | None = None) -> Collection:
        """A new, empty collection."""
        uid = f"vs_{uuid.uuid4().hex[:24]}"
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO collections (uid, name, created, metadata) VALUES (?, ?, ?, ?)",
                (uid, name, time.time(), json.dumps(dict(metadata or {}), ensure_ascii=False)),
            )
        created = self.get(uid)
        assert created is not None
        return created

    def get(self, uid: str) -> Collection | None:
        """The collection of that uid."""
        row = self._database.reading.execute(f"{_COUNTED} WHERE uid = ?", (uid,)).fetchone()
        return _collection(row) if row else None

    def named(self, name: str) -> Collection:
        """The collection of that name, made if there is none."""
        row = self._database.reading.execute(
            f"{_COUNTED} WHERE name = ? ORDER BY id LIMIT 1", (name,)
        ).fetchone()
        return _collection(row) if row else self.create(name)

    def listed(self) -> list[Collection]:
        """All collections, the oldest first."""
        return [
            _collection(row) for row in self._database.reading.execute(f"{_COUNTED} ORDER BY id")
        ]

    def change(self, uid: str, name: str | None, metadata: Mapping[str, Any] | None) -> bool:
        """Give a collection another name or other metadata; whether it is there."""
        said = None if metadata is None else json.dumps(dict(metadata), ensure_ascii=False)
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE collections SET name = coalesce(?, name),"
                " metadata = coalesce(?, metadata) WHERE uid = ?",
                (name, said, uid),
            )
            return changed.rowcount > 0

    def remove(self, uid: str) -> bool:
        """Take a collection away; its documents stay."""
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM members WHERE collection IN"
                " (SELECT id FROM collections WHERE uid = ?)",
                (uid,),
            )
            return connection.execute("DELETE FROM collections WHERE uid = ?", (uid,)).rowcount > 0

    def leave(self, uid: str, document: str) -> bool:
        """Take a document out of a collection; whether it was in it."""
        with self._database.writing() as connection:
            changed = connection.execute(
                "DELETE FROM members WHERE collection = (SELECT id FROM collections WHERE uid = ?)"
                " AND document = (SELECT id FROM documents WHERE uid = ?)",
                (uid, document),
            )
            return changed.rowcount > 0


def _collection(row: sqlite3.Row) -> Collection:
    return Collection(
        row["uid"], row["name"], row["created"], json.loads(row["metadata"]), row["documents"]
    )
