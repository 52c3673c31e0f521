"""Keeps documents as they are read: those that are ready together, in one transaction."""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.errors import of_system
from app.knowledge import drafts, jobs
from app.knowledge.database import Database
from app.knowledge.documents import Documents
from app.knowledge.drafts import Draft
from app.knowledge.job import Job, State
from app.knowledge.jobs import Jobs
from app.knowledge.originals import Originals
from app.knowledge.report import Problem

_log = logging.getLogger(__name__)

MOST_AT_ONCE = 32
RETRY_S = 10.0
MOST_CHUNKS_AT_ONCE = 1000  # so that no one waits long for the transaction


@dataclass(frozen=True, slots=True)
class Read:
    """A job whose file was read. `whole`: else only its own words, and its recordings follow."""

    job: Job
    draft: Draft
    whole: bool = True


class Keeping:
    """The one thread that writes documents down, while the next ones are being read."""

    def __init__(
        self,
        database: Database,
        documents: Documents,
        queue_of_jobs: Jobs,
        originals: Originals,
        on_kept: Callable[[], None],
        embeds: bool,
    ) -> None:
        self._database = database
        self._documents = documents
        self._jobs = queue_of_jobs
        self._originals = originals
        self._on_kept = on_kept
        self._embeds = embeds
        self._ready: queue.Queue[Read | None] = queue.Queue(MOST_AT_ONCE)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeping", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, once all that was added is kept."""
        self._stopping.set()
        if self._thread.is_alive():
            self._ready.put(None)
            self._thread.join()

    def add(self, read: Read) -> None:
        """Have a document kept; waits where too many wait."""
        self._ready.put(read)

    def _run(self) -> None:
        going = True
        while going:
            batch = self._taken()
            going = batch[-1] is not None
            read = [each for each in batch if each is not None]
            while read and not self._keep(read) and not self._stopping.wait(RETRY_S):
                pass

    def _taken(self) -> list[Read | None]:
        """What is ready now, at least one; nothing comes after a None."""
        batch = [self._ready.get()]
        chunks = 0
        while batch[-1] is not None and len(batch) < MOST_AT_ONCE and chunks < MOST_CHUNKS_AT_ONCE:
            chunks += len(batch[-1].draft.chunks)
            try:
                batch.append(self._ready.get_nowait())
            except queue.Empty:
                break
        return batch

    def _keep(self, batch: Sequence[Read]) -> bool:
        """Whether they are kept; else the disk takes nothing now, and they wait for it."""
        try:
            self._originals.settle(read.draft.sha256 for read in batch)
            with self._database.writing(lasting=False) as connection:
                for read in batch:
                    self._write(connection, read)
        except Exception as error:
            if (known := of_system(error)) is not None:
                _log.warning("Documents wait: %s", known)
                return False
            self._keep_singly(batch)
        self._jobs.announce()
        self._on_kept()
        return True

    def _keep_singly(self, batch: Sequence[Read]) -> None:
        """A bug of ours in one document must not stop all the others."""
        if len(batch) > 1:
            for read in batch:
                self._keep([read])
        else:
            _log.exception("Could not keep %s", batch[0].draft.name)
            self._jobs.end(batch[0].job, "failed", Problem("crashed"))

    def _write(self, connection: sqlite3.Connection, read: Read) -> None:
        draft, job = read.draft, read.job
        known = self._documents.known(draft.source, draft.sha256)
        if known is not None:  # the same content came in from elsewhere meanwhile
            if jobs.close(connection, job, "done", known.uid):
                drafts.describe(connection, known.id, draft.wanted)
            return
        here = self._documents.of_source(draft.source)
        refused = draft.report.refused
        state: State = "embedding" if draft.chunks and self._embeds else "done"
        uid = here.uid if here else job.new_document
        if not read.whole:
            if jobs.note_document(connection, job, uid):
                drafts.put(connection, draft)
            return
        # Where it was cancelled meanwhile, nothing of the document is kept.
        if jobs.close(connection, job, "failed" if refused else state, uid, refused):
            drafts.put(connection, draft)
