"""The documents that were taken in, with their chunks: each is there whole, or not at all."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from app.knowledge import keywords
from app.knowledge.chunks import BETWEEN, Chunk, Pages
from app.knowledge.database import Database
from app.knowledge.report import Report, problem_of
from app.knowledge.windows import windows

PURGED_AT_ONCE = 200  # chunks in one transaction, so that no one waits long


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the one who adds a document says about it."""

    collections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that was read and cut, not yet kept. `uid`: for one that is new."""

    source: str
    name: str
    sha256: str
    bytes: int
    report: Report
    chunks: Sequence[Chunk]
    wanted: Wanted = Wanted()
    uid: str | None = None


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

    def put(
        self, draft: Draft, then: Callable[[sqlite3.Connection, str], None] = lambda *_: None
    ) -> Document:
        """Keep a document; one from the same source is replaced, chunk by changed chunk.

        `then` is called with the document's uid inside the same transaction, which is not
        lasting: what a power cut takes back goes on as the job that it was.
        """
        with self._database.writing(lasting=False) as connection:
            document = _document_row(connection, draft)
            _replace_chunks(connection, document, draft.chunks)
            _describe(connection, document, draft.wanted)
            row = connection.execute("SELECT * FROM documents WHERE id = ?", (document,)).fetchone()
            then(connection, row["uid"])
        return _document(row)

    def remove(self, uid: str) -> bool:
        """Take a document away, at once for everyone; whether it was there."""
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE documents SET removed = 1, source = 'removed:' || uid"
                " WHERE uid = ? AND removed = 0",
                (uid,),
            )
            return changed.rowcount > 0

    def purge(self) -> bool:
        """Clear away some chunks of removed documents; whether there may be more."""
        with self._database.writing() as connection:
            row = connection.execute("SELECT id FROM documents WHERE removed = 1").fetchone()
            if row is None:
                return False
            chunks = connection.execute(
                "SELECT * FROM chunks WHERE document = ? LIMIT ?", (row["id"], PURGED_AT_ONCE)
            ).fetchall()
            for chunk in chunks:
                _forget_chunk(connection, chunk)
            if len(chunks) < PURGED_AT_ONCE:
                for table in ("members", "tags"):
                    connection.execute(f"DELETE FROM {table} WHERE document = ?", (row["id"],))
                connection.execute("DELETE FROM documents WHERE id = ?", (row["id"],))
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
                _describe(connection, row["id"], wanted)

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

    def text(self, uid: str) -> str:
        """A document's whole text, to which the places of its passages refer."""
        rows = self._database.reading.execute(
            "SELECT chunks.text, start, end FROM chunks JOIN documents ON documents.id = document"
            " WHERE uid = ? AND removed = 0 ORDER BY ordinal",
            (uid,),
        )
        pieces: list[str] = []
        at = 0
        for row in rows:
            gap = row["start"] - at
            pieces.append(BETWEEN if gap == len(BETWEEN) else " " * gap)
            pieces.append(row["text"])
            at = row["end"]
        return "".join(pieces)

    def pages(self, uid: str) -> Pages:
        """Where each page of a document's text begins."""
        rows = self._database.reading.execute(
            "SELECT pages FROM chunks JOIN documents ON documents.id = document"
            " WHERE uid = ? AND removed = 0 ORDER BY ordinal",
            (uid,),
        )
        begun: dict[int, int] = {}
        for row in rows:
            for at, page in json.loads(row["pages"]):
                begun.setdefault(page, at)
        return tuple((at, page) for page, at in begun.items())

    def around(self, chunks: Sequence[int], most: int) -> tuple[list[str], list[str]]:
        """The texts before and after chunks of one document, up to so many of each."""
        places = self._database.reading.execute(
            "SELECT document, min(ordinal) AS first, max(ordinal) AS last FROM chunks"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(chunks)),),
        ).fetchone()
        sides = [
            self._database.reading.execute(
                "SELECT text FROM chunks WHERE document = ? AND ordinal BETWEEN ? AND ?"
                " ORDER BY ordinal",
                (places["document"], first, last),
            )
            for first, last in (
                ((places["first"] or 0) - most, (places["first"] or 0) - 1),
                ((places["last"] or 0) + 1, (places["last"] or 0) + most),
            )
        ]
        before, after = ([row["text"] for row in rows] for rows in sides)
        return before, after

    def count(self) -> int:
        """How many documents there are."""
        query = "SELECT count(*) FROM documents WHERE removed = 0"
        return int(self._database.reading.execute(query).fetchone()[0])

    def chunk_counts(self) -> tuple[int, int]:
        """How many chunks there are, and how many of them still wait for their vectors."""
        row = self._database.reading.execute(
            "SELECT count(*), coalesce(sum(embedded = 0), 0) FROM chunks"
            " JOIN documents ON documents.id = document WHERE removed = 0"
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


def _document_row(connection: sqlite3.Connection, draft: Draft) -> int:
    now = time.time()
    report = json.dumps(asdict(draft.report), ensure_ascii=False)
    metadata = json.dumps(dict(draft.wanted.metadata), ensure_ascii=False)
    row = connection.execute(
        "INSERT INTO documents"
        " (uid, source, name, sha256, bytes, added, modified, report, metadata)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source) DO UPDATE SET name = excluded.name, sha256 = excluded.sha256,"
        " bytes = excluded.bytes, modified = excluded.modified, report = excluded.report"
        " RETURNING id",
        (
            draft.uid or f"doc-{uuid.uuid4().hex[:24]}",
            draft.source,
            draft.name,
            draft.sha256,
            draft.bytes,
            now,
            now,
            report,
            metadata,
        ),
    ).fetchone()
    return int(row["id"])


def _describe(connection: sqlite3.Connection, document: int, wanted: Wanted) -> None:
    for uid in wanted.collections:
        connection.execute(
            "INSERT OR IGNORE INTO members (collection, document)"
            " SELECT id, ? FROM collections WHERE uid = ?",
            (document, uid),
        )
    for tag in wanted.tags:
        connection.execute(
            "INSERT OR IGNORE INTO tags (tag, document) VALUES (?, ?)", (tag, document)
        )
    if wanted.metadata:
        connection.execute(
            "UPDATE documents SET metadata = json_patch(metadata, ?) WHERE id = ?",
            (json.dumps(dict(wanted.metadata), ensure_ascii=False), document),
        )


def _replace_chunks(connection: sqlite3.Connection, document: int, chunks: Sequence[Chunk]) -> None:
    known: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in connection.execute("SELECT * FROM chunks WHERE document = ?", (document,)):
        known[row["key"]].append(row)
    for ordinal, chunk in enumerate(chunks):
        place = (ordinal, chunk.start, chunk.end, json.dumps(chunk.pages))
        if same := known.get(chunk.key):
            connection.execute(
                "UPDATE chunks SET ordinal = ?, start = ?, end = ?, pages = ? WHERE id = ?",
                (*place, same.pop(0)["id"]),
            )
        else:
            _add_chunk(connection, document, chunk, place)
    for rows in known.values():
        for row in rows:
            _forget_chunk(connection, row)


def _add_chunk(
    connection: sqlite3.Connection,
    document: int,
    chunk: Chunk,
    place: tuple[int, int, int, str],
) -> None:
    added = connection.execute(
        "INSERT INTO chunks (document, ordinal, start, end, pages, text, path, key)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (document, *place, chunk.text, json.dumps(chunk.path, ensure_ascii=False), chunk.key),
    )
    assert added.lastrowid is not None
    keywords.add(connection, added.lastrowid, chunk.path, chunk.text)


def _forget_chunk(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    keywords.remove(connection, row["id"], json.loads(row["path"]), row["text"])
    connection.execute("DELETE FROM chunks WHERE id = ?", (row["id"],))
    # Not those that are noted: some may be there of which the note was lost.
    connection.execute(
        "INSERT INTO forgotten (chunk, vectors) VALUES (?, ?)",
        (row["id"], len(windows(row["text"]))),
    )
