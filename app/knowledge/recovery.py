"""Makes documents anew whose database was damaged: out of their originals."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.knowledge.database import Database
from app.knowledge.drafts import Wanted
from app.knowledge.job import DOCUMENT_PREFIX, PREFIX
from app.knowledge.jobs import Jobs
from app.knowledge.originals import Original, Originals
from app.storage import salvaged

KEPT_AS_IT_IS = ("collections", "folders")
NAMELESS = "recovered-{sha256}"


def recover(database: Database, jobs: Jobs, originals: Originals, damaged: Path) -> int:
    """Queue every original that is kept, as what the damaged file still says of it.

    What it no longer says anything of gets a name of its content; returns how many are queued.
    """
    said = _Said(damaged)
    with database.writing() as connection:
        for table in KEPT_AS_IT_IS:
            _insert(connection, table, salvaged(damaged, table))
        forget_vectors(connection)
    queued = 0
    for original in originals.all():
        for row in said.of(original):
            uid = f"{PREFIX}{str(row['uid']).removeprefix(DOCUMENT_PREFIX)}" if row["uid"] else None
            jobs.add(row["source"], row["name"], original, said.wanted(row), uid)
            queued += 1
    return queued


def forget_vectors(connection: sqlite3.Connection) -> None:
    """Have every vector made anew: those that are there belong to what was there before."""
    connection.execute("INSERT OR REPLACE INTO facts (name, value) VALUES ('embedding', '')")


class _Said:
    """What a damaged file still says of documents."""

    def __init__(self, damaged: Path) -> None:
        self._documents: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._removed: set[str] = set()
        for row in salvaged(damaged, "documents"):
            if row["removed"]:
                self._removed.add(row["sha256"])
            else:
                self._documents[row["sha256"]].append(row)
        for row in salvaged(damaged, "jobs"):  # what was not read yet
            if row["sha256"] and row["sha256"] not in self._documents and row["ended"] is None:
                self._documents[row["sha256"]].append({**row, "id": None, "uid": None})
        names = {row["id"]: row["uid"] for row in salvaged(damaged, "collections")}
        self._collections = _of_documents(
            (row["document"], names.get(row["collection"])) for row in salvaged(damaged, "members")
        )
        self._tags = _of_documents(
            (row["document"], row["tag"]) for row in salvaged(damaged, "tags")
        )

    def of(self, original: Original) -> list[dict[str, Any]]:
        """The documents that were made of it; none where it was removed."""
        sha256 = original.sha256
        if known := self._documents.get(sha256):
            return known
        if sha256 in self._removed or self._documents:  # what it does not name was removed
            return []
        name = NAMELESS.format(sha256=sha256[:12])
        return [{"id": None, "uid": None, "source": f"upload:{name}", "name": name}]

    def wanted(self, row: dict[str, Any]) -> Wanted:
        """The collections and tags that a document had."""
        if row["id"] is None:
            return Wanted()
        return Wanted(
            tuple(self._collections[row["id"]]),
            tuple(self._tags[row["id"]]),
            json.loads(row["metadata"]),
        )


def _of_documents(pairs: Iterable[tuple[int, str | None]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for document, value in pairs:
        if value is not None:
            found[document].append(value)
    return found


def _insert(connection: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        connection.execute(
            f"INSERT OR IGNORE INTO {table} ({', '.join(row)})"
            f" VALUES ({', '.join('?' * len(row))})",
            tuple(row.values()),
        )
