"""The documents that were taken in, with their chunks: each is there whole, or not at all."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.knowledge import drafts
from app.knowledge.database import Database
from app.knowledge.drafts import Draft, Wanted
from app.knowledge.report import Report, problem_of

PURGED_AT_ONCE = 20  # chunks in one transaction, so that no one waits long


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is kept. `added` and `modified` in seconds since 1970."""

    id: int
    uid: str
    source: str
    name: str
    sha256: str
    bytes: int
    added: float
    modified: float
    report: Report
    metadata: Mapping[str, Any]


class Documents:
    """All documents of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, draft: Draft) -> Document:
        """Keep a document; one from the same source is replaced."""
        with self._database.writing() as connection:
            drafts.put(connection, draft)
        kept = self.of_source(draft.source)
        assert kept is not None
        return kept

    def known(self, source: str, sha256: str) -> Document | None:
        """The document that makes it needless to read that content from that source."""
        here = self.of_source(source)
        # The same place with other content is a new version, whoever else has that content.
        found = here if here is not None else self.of_content(sha256)
        readable = found is not None and found.report.refused is None and not found.report.unheard
        return found if found is not None and readable and found.sha256 == sha256 else None

    def remove(self, uid: str) -> bool:
        """Take a document away, at once for everyone; whether it was there."""
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE documents SET removed = 1, source = 'removed:' || uid"
                " WHERE uid = ? AND removed = 0",
                (uid,),
            )
            return changed.rowcount > 0

    def purge(self, gone: Callable[[str], None] = lambda _sha256: None) -> bool:
        """Clear away some chunks of removed documents; whether there may be more.

        `gone` is told the content of each that is cleared away altogether.
        """
        with self._database.writing(lasting=False) as connection:
            row = connection.execute(
                "SELECT id, sha256 FROM documents WHERE removed = 1"
            ).fetchone()
            if row is None:
                return False
            chunks = connection.execute(
                "SELECT * FROM chunks WHERE document = ? LIMIT ?", (row["id"], PURGED_AT_ONCE)
            ).fetchall()
            for chunk in chunks:
                drafts.forget_chunk(connection, chunk)
            if len(chunks) < PURGED_AT_ONCE:
                for table in ("members", "tags"):
                    connection.execute(f"DELETE FROM {table} WHERE document = ?", (row["id"],))
                connection.execute("DELETE FROM documents WHERE id = ?", (row["id"],))
                gone(row["sha256"])
        return True

    def get(self, uid: str) -> Document | None:
        """The document of that uid."""
        return self._one("uid = ?", uid)

    def of_source(self, source: str) -> Document | None:
        """The document that came from there."""
        return self._one("source = ?", source)

    def of_content(self, sha256: str) -> Document | None:
        """A document with exactly that content."""
        return self._one("sha256 = ?", sha256)

    def listed(
        self,
        collection: str | None = None,
        after: int | None = None,
        most: int = 1000,
        newest_first: bool = False,
    ) -> list[Document]:
        """Documents in the order in which they came; `after`: the id of the last one seen."""
        where, order = "removed = 0", "DESC" if newest_first else "ASC"
        values: list[object] = []
        if after:
            where += f" AND id {'<' if newest_first else '>'} ?"
            values.append(after)
        if collection is not None:
            where += f" AND id IN ({_OF_COLLECTION})"
            values.append(collection)
        rows = self._database.reading.execute(
            f"SELECT * FROM documents WHERE {where} ORDER BY id {order} LIMIT ?", (*values, most)
        )
        return [_document(row) for row in rows]

    def of_sources_under(self, prefix: str) -> list[Document]:
        """The documents whose source begins with that."""
        rows = self._database.reading.execute(
            "SELECT * FROM documents WHERE removed = 0 AND substr(source, 1, ?) = ?",
            (len(prefix), prefix),
        )
        return [_document(row) for row in rows]

    def moved(self, uid: str, source: str, name: str) -> None:
        """The same document now lies elsewhere."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE documents SET source = ?, name = ? WHERE uid = ? AND removed = 0",
                (source, name, uid),
            )

    def describe(self, uid: str, wanted: Wanted) -> None:
        """Add collections, tags and metadata to a document that is there already."""
        with self._database.writing() as connection:
            row = connection.execute("SELECT id FROM documents WHERE uid = ?", (uid,)).fetchone()
            if row is not None:
                drafts.describe(connection, row["id"], wanted)

    def chosen(
        self,
        uids: Iterable[str] | None = None,
        collections: Iterable[str] | None = None,
        tags: Iterable[str] | None = None,
    ) -> list[int] | None:
        """The ids of the documents that fit every filter that is given; None: no filter is."""
        parts: list[str] = []
        values: list[str] = []
        for query, wanted in (
            ("SELECT id FROM documents WHERE uid IN (SELECT value FROM json_each(?))", uids),
            (_OF_COLLECTIONS, collections),
            ("SELECT document FROM tags WHERE tag IN (SELECT value FROM json_each(?))", tags),
        ):
            if wanted is not None:
                parts.append(f"id IN ({query})")
                values.append(json.dumps(list(wanted)))
        if not parts:
            return None
        rows = self._database.reading.execute(
            f"SELECT id FROM documents WHERE removed = 0 AND {' AND '.join(parts)}", values
        )
        return [row["id"] for row in rows]

    def count(self) -> int:
        """How many documents there are."""
        query = "SELECT count(*) FROM documents WHERE removed = 0"
        return int(self._database.reading.execute(query).fetchone()[0])

    def chunk_counts(self) -> tuple[int, int]:
        """How many chunks there are, and how many of them still wait for their vectors."""
        # Counted in indexes, and by themselves those that are just being cleared away.
        gone = "document IN (SELECT id FROM documents WHERE removed = 1)"
        row = self._database.reading.execute(
            "SELECT (SELECT count(*) FROM chunks) -"
            f" (SELECT count(*) FROM chunks WHERE {gone}),"
            " (SELECT count(*) FROM chunks WHERE embedded = 0) -"
            f" (SELECT count(*) FROM chunks WHERE {gone} AND embedded = 0)"
        ).fetchone()
        return int(row[0]), int(row[1])

    def _one(self, condition: str, value: str) -> Document | None:
        row = self._database.reading.execute(
            f"SELECT * FROM documents WHERE {condition} AND removed = 0", (value,)
        ).fetchone()
        return _document(row) if row else None


_OF_COLLECTION = (
    "SELECT document FROM members JOIN collections ON collections.id = collection WHERE uid = ?"
)
_OF_COLLECTIONS = (
    "SELECT document FROM members JOIN collections ON collections.id = collection"
    " WHERE uid IN (SELECT value FROM json_each(?))"
)


def _document(row: sqlite3.Row) -> Document:
    values = {name: row[name] for name in Document.__dataclass_fields__}
    report = json.loads(values["report"])
    problems = tuple(map(problem_of, report.pop("problems")))
    values["report"] = Report(**report, problems=problems)
    values["metadata"] = json.loads(values["metadata"])
    return Document(**values)
