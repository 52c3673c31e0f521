"""How far jobs are, and how long they still take."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.knowledge.database import Database
from app.knowledge.job import OPEN, Job

READING_SHARE = 0.3  # of the progress bar; the vectors take longer


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. `share`: 0 to 1. `left_s`: seconds that are left, where that is known."""

    share: float
    left_s: float | None


@dataclass(frozen=True, slots=True)
class _Vectors:
    """Of one document: chunks with vectors, all chunks, and the last that waits, if one does."""

    made: int
    wanted: int
    last: int | None


def progress(
    database: Database, jobs: Sequence[Job], seconds_per_chunk: float | None
) -> list[Progress]:
    """How far each job is, and how long it still takes at that pace."""
    embedding = [job.document for job in jobs if job.state == "embedding" and job.document]
    vectors = dict(_vectors(database, embedding)) if embedding else {}
    ahead = dict(_ahead(database, vectors))
    return [
        _of_vectors(vectors[job.document], ahead.get(job.document, 0), seconds_per_chunk)
        if job.state == "embedding" and job.document in vectors
        else _of_reading(job)
        for job in jobs
    ]


def _of_reading(job: Job) -> Progress:
    if job.state not in OPEN:
        return Progress(1.0, 0.0)
    if job.state == "embedding":
        return Progress(1.0, None)  # its document was just removed
    return Progress(READING_SHARE * (job.page / job.pages if job.pages else 0.0), None)


def _of_vectors(found: _Vectors, ahead: int, seconds_per_chunk: float | None) -> Progress:
    share = READING_SHARE + (1 - READING_SHARE) * found.made / found.wanted
    return Progress(share, ahead * seconds_per_chunk if seconds_per_chunk else None)


def _vectors(database: Database, documents: Sequence[str]) -> Iterator[tuple[str, _Vectors]]:
    rows = database.reading.execute(
        "SELECT uid, sum(embedded > 0) AS made, count(*) AS wanted,"
        " max(CASE embedded WHEN 0 THEN chunks.id END) AS last"
        " FROM documents JOIN chunks ON documents.id = document"
        " WHERE uid IN (SELECT value FROM json_each(?)) GROUP BY uid",
        (json.dumps(documents),),
    )
    for row in rows:
        yield row["uid"], _Vectors(row["made"], row["wanted"], row["last"])


def _ahead(database: Database, vectors: dict[str, _Vectors]) -> Iterator[tuple[str, int]]:
    """For each document the chunks that wait up to its own last; each is counted once."""
    waiting = sorted((of.last, uid) for uid, of in vectors.items() if of.last is not None)
    counted, before = 0, 0
    for last, uid in waiting:
        counted += database.reading.execute(
            "SELECT count(*) FROM chunks WHERE embedded = 0 AND id > ? AND id <= ?", (before, last)
        ).fetchone()[0]
        before = last
        yield uid, counted
