"""What is being taken in: a queue that survives the program, and its progress."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict

from app.knowledge.database import Database
from app.knowledge.drafts import Wanted
from app.knowledge.job import DOCUMENT_PREFIX, OPEN, PREFIX, Crawl, Job, State, job_of
from app.knowledge.originals import Original
from app.knowledge.report import Problem


class Jobs:
    """The queue in the database.

    A file that is added is on the disk for certain once `settle` was called; what comes of it
    need not be: after a power cut it is done again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changed = threading.Condition()
        self._cancelled: set[str] = set()
        with database.writing() as connection:  # what a killed program was in the middle of
            connection.execute("UPDATE jobs SET state = 'waiting' WHERE state = 'reading'")

    def add(
        self, source: str, name: str, original: Original, wanted: Wanted, uid: str | None = None
    ) -> Job:
        """Queue a file; the same file from the same source is queued once."""
        with self._database.writing(lasting=False) as connection:
            row = connection.execute(
                "SELECT * FROM jobs WHERE source = ? AND ended IS NULL AND sha256 = ?"
                " AND state IN ('waiting', 'reading')",
                (source, original.sha256),
            ).fetchone()
            if row is None:
                more = {"uid": uid} if uid else {}
                row = _insert(connection, source, name, wanted, **_content(original), **more)
        self.announce()
        return job_of(row)

    def add_done(
        self, source: str, name: str, original: Original, wanted: Wanted, document: str
    ) -> Job:
        """A job that has nothing to do, because its content is known."""
        with self._database.writing(lasting=False) as connection:
            row = _insert(
                connection,
                source,
                name,
                wanted,
                **_content(original),
                state="done",
                document=document,
                ended=time.time(),
            )
        return job_of(row)

    def add_files(self, files: Sequence[tuple[str, str]], wanted: Wanted) -> list[Job]:
        """Queue files by source and name, to be fetched when their turn comes.

        One that waits for that already is not queued again.
        """
        with self._database.writing() as connection:
            rows = [_queued_file(connection, *file, wanted) for file in files]
        self.announce()
        return [job_of(row) for row in rows]

    def settle(self) -> None:
        """Wait until what was added can no longer be lost."""
        self._database.settle()

    def add_address(
        self, address: str, wanted: Wanted, crawl: Crawl, site: str | None = None
    ) -> Job | None:
        """Queue an address; None where the site's crawl has it already."""
        with self._database.writing() as connection:
            try:
                row = _insert(
                    connection,
                    address,
                    address,
                    wanted,
                    crawl=json.dumps(asdict(crawl)),
                    site=site,
                )
            except sqlite3.IntegrityError:
                return None
            if site is None:
                row = connection.execute(
                    "UPDATE jobs SET site = uid WHERE id = ? RETURNING *", (row["id"],)
                ).fetchone()
        self.announce()
        return job_of(row)

    def fetched(self, job: Job, name: str, original: Original) -> Job:
        """What was to be fetched is here: the job goes on with that content."""
        with self._database.writing(lasting=False) as connection:
            row = connection.execute(
                "UPDATE jobs SET name = ?, sha256 = ?, bytes = ? WHERE id = ? RETURNING *",
                (name, original.sha256, original.bytes, job.id),
            ).fetchone()
        return job_of(row)

    def take(self, wait_s: float) -> Job | None:
        """The next waiting job, now being read; None when none came in that time."""
        with self._changed:
            if (job := self._claimed()) is None:
                self._changed.wait(wait_s)
                job = self._claimed()
        return job

    def page_done(self, job: Job, page: int, pages: int) -> None:
        """Note how far the reading is."""
        with self._database.writing(lasting=False) as connection:
            connection.execute(
                "UPDATE jobs SET page = ?, pages = ? WHERE id = ?", (page, pages, job.id)
            )

    def end(
        self,
        job: Job,
        state: State,
        problem: Problem | None = None,
        document: str | None = None,
    ) -> None:
        """Close a job."""
        with self._database.writing(lasting=False) as connection:
            close(connection, job, state, document, problem)
        self.announce()

    def put_back(self, job: Job) -> None:
        """A job that could not be done now is done later."""
        with self._database.writing(lasting=False) as connection:
            connection.execute(
                "UPDATE jobs SET state = 'waiting' WHERE id = ? AND state = 'reading'", (job.id,)
            )

    def cancel(self, uid: str) -> Job | None:
        """Stop a job that is open; the job as it now is, None where there is no such job."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'cancelled', ended = ? WHERE uid = ? AND state IN"
                " ('waiting', 'reading', 'embedding')",
                (time.time(), uid),
            )
        self._cancelled.add(uid)
        self.announce()
        return self.get(uid)

    def is_cancelled(self, job: Job) -> bool:
        """Whether someone stopped a job that is being read."""
        return job.uid in self._cancelled

    def get(self, uid: str) -> Job | None:
        """The job of that uid."""
        row = self._database.reading.execute("SELECT * FROM jobs WHERE uid = ?", (uid,)).fetchone()
        return job_of(row) if row else None

    def listed(self, states: Sequence[State] = OPEN, most: int = 1000) -> list[Job]:
        """Jobs in these states, the oldest first."""
        rows = self._database.reading.execute(
            "SELECT * FROM jobs WHERE state IN (SELECT value FROM json_each(?))"
            " ORDER BY id LIMIT ?",
            (json.dumps(states), most),
        )
        return [job_of(row) for row in rows]

    def making(self, document: str) -> Job | None:
        """The job that makes, or made, a document anew."""
        return self.get(PREFIX + document.removeprefix(DOCUMENT_PREFIX))

    def ended(self, most: int = 100) -> list[Job]:
        """Jobs that are over, the latest first."""
        # The plus keeps SQLite from sorting all of them: it walks back from the last one.
        rows = self._database.reading.execute(
            "SELECT * FROM jobs WHERE +state IN ('done', 'failed', 'cancelled')"
            " ORDER BY id DESC LIMIT ?",
            (most,),
        )
        return [job_of(row) for row in rows]

    def unread(self) -> bool:
        """Whether there are files that cannot be found by their words yet."""
        query = "SELECT 1 FROM jobs WHERE state IN ('waiting', 'reading') LIMIT 1"
        return self._database.reading.execute(query).fetchone() is not None

    def wait(self, uid: str, is_so: Callable[[Job], bool], timeout_s: float) -> Job | None:
        """The job once something is so of it, or as it is when the time is over."""
        until = time.monotonic() + timeout_s
        while True:
            with self._changed:
                job = self.get(uid)
                left = until - time.monotonic()
                if job is None or is_so(job) or left <= 0:
                    return job
                self._changed.wait(min(left, 0.5))

    def finish_embedded(self) -> None:
        """Close the jobs whose documents have all their vectors."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'done', ended = ? WHERE state = 'embedding' AND NOT EXISTS"
                " (SELECT 1 FROM chunks JOIN documents ON documents.id = chunks.document"
                "  WHERE documents.uid = jobs.document AND removed = 0 AND embedded = 0)",
                (time.time(),),
            )
        self.announce()

    def announce(self) -> None:
        """Wake whoever waits for a job to change."""
        with self._changed:
            self._changed.notify_all()

    def _claimed(self) -> Job | None:
        if self._database.reading.execute(_NEXT).fetchone() is None:
            return None
        with self._database.writing(lasting=False) as connection:
            row = connection.execute(
                f"UPDATE jobs SET state = 'reading' WHERE id = ({_NEXT}) RETURNING *"
            ).fetchone()
        return job_of(row) if row else None


# Not while an earlier version of the same file is being read: it might be kept the later.
_NEXT = (
    "SELECT id FROM jobs AS next WHERE state = 'waiting' AND NOT EXISTS"
    " (SELECT 1 FROM jobs WHERE state = 'reading' AND jobs.source = next.source)"
    " ORDER BY id LIMIT 1"
)


def _insert(
    connection: sqlite3.Connection, source: str, name: str, wanted: Wanted, **more: object
) -> sqlite3.Row:
    values: dict[str, object] = {
        "uid": f"{PREFIX}{uuid.uuid4().hex[:24]}",
        "source": source,
        "name": name,
        "sha256": "",
        "bytes": 0,
        "wanted": json.dumps(asdict(wanted), ensure_ascii=False),
        "state": "waiting",
        "created": time.time(),
        **more,
    }
    row: sqlite3.Row = connection.execute(
        f"INSERT INTO jobs ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"
        " RETURNING *",
        tuple(values.values()),
    ).fetchone()
    return row


def _queued_file(
    connection: sqlite3.Connection, source: str, name: str, wanted: Wanted
) -> sqlite3.Row:
    asked = json.dumps(asdict(wanted), ensure_ascii=False)
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM jobs WHERE source = ? AND ended IS NULL AND state = 'waiting'"
        " AND sha256 = '' AND wanted = ?",
        (source, asked),
    ).fetchone()
    return row or _insert(connection, source, name, wanted)


def _content(original: Original) -> dict[str, object]:
    return {"sha256": original.sha256, "bytes": original.bytes}


def note_document(connection: sqlite3.Connection, job: Job, document: str) -> bool:
    """Its document can be found, and the job goes on; False where it was cancelled."""
    changed = connection.execute(
        "UPDATE jobs SET document = ? WHERE id = ? AND state != 'cancelled'", (document, job.id)
    )
    return changed.rowcount > 0


def close(
    connection: sqlite3.Connection,
    job: Job,
    state: State,
    document: str | None,
    problem: Problem | None = None,
) -> bool:
    """Give a job its state inside a transaction that may do more; False where it was cancelled."""
    changed = connection.execute(
        "UPDATE jobs SET state = ?, document = coalesce(?, document), problem = ?,"
        " ended = CASE WHEN ? = 'embedding' THEN NULL ELSE ? END"
        " WHERE id = ? AND state != 'cancelled'",
        (
            state,
            document,
            json.dumps(asdict(problem)) if problem else None,
            state,
            time.time(),
            job.id,
        ),
    )
    return changed.rowcount > 0
