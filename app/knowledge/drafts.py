"""What is to be kept of a document, and how it is written into the database."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from app.knowledge import keywords
from app.knowledge.chunks import Chunk
from app.knowledge.report import Report
from app.knowledge.windows import windows


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


def put(connection: sqlite3.Connection, draft: Draft) -> str:
    """Write a document down, inside a transaction; its uid.

    One from the same source is replaced, chunk by changed chunk.
    """
    row = _document_row(connection, draft)
    _replace_chunks(connection, row["id"], draft.chunks)
    describe(connection, row["id"], draft.wanted)
    return str(row["uid"])


def _document_row(connection: sqlite3.Connection, draft: Draft) -> sqlite3.Row:
    now = time.time()
    report = json.dumps(asdict(draft.report), ensure_ascii=False)
    metadata = json.dumps(dict(draft.wanted.metadata), ensure_ascii=False)
    row: sqlite3.Row = connection.execute(
        "INSERT INTO documents"
        " (uid, source, name, sha256, bytes, added, modified, report, metadata)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source) DO UPDATE SET name = excluded.name, sha256 = excluded.sha256,"
        " bytes = excluded.bytes, modified = excluded.modified, report = excluded.report"
        " RETURNING id, uid",
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
    return row


def describe(connection: sqlite3.Connection, document: int, wanted: Wanted) -> None:
    """Add collections, tags and metadata to a document, inside a transaction."""
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
            forget_chunk(connection, row)


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


def forget_chunk(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Take a chunk out, inside a transaction; its vectors are noted as still to be removed."""
    keywords.remove(connection, row["id"], json.loads(row["path"]), row["text"])
    connection.execute("DELETE FROM chunks WHERE id = ?", (row["id"],))
    # Not those that are noted: some may be there of which the note was lost.
    connection.execute(
        "INSERT INTO forgotten (chunk, vectors) VALUES (?, ?)",
        (row["id"], len(windows(row["text"]))),
    )
