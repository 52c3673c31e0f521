"""Takes files in: keeps the original, queues a job, reads it in a child, has it kept."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.errors import ProgramReplaced, of_system
from app.knowledge import chunks
from app.knowledge.database import Database
from app.knowledge.documents import Documents
from app.knowledge.drafts import Draft, Wanted
from app.knowledge.extraction.extractor import Extraction, Extractor, KeepRecording
from app.knowledge.job import Job
from app.knowledge.jobs import Jobs
from app.knowledge.keeping import Keeping, Read
from app.knowledge.originals import Content, Original, Originals
from app.knowledge.recordings import (
    Inside,
    Listen,
    has_recordings,
    heard,
    with_unheard,
    without_recordings,
)
from app.knowledge.report import Problem
from app.knowledge.sources.arrivals import Arrivals
from app.knowledge.sources.folders import name_of, source_of
from app.notices import say_once

_log = logging.getLogger(__name__)

IDLE_S = 5.0
RETRY_S = 10.0
FETCHING = 2  # files that come in while as many as there are extractors are read
KEPT_AT_ONCE = 8  # originals; most of the time each of them waits for the disk
PAGE_NOTE_S = 0.5  # between two notes of progress on the disk


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on its way in."""

    source: str
    name: str
    content: Content


class Ingestion:
    """The way in. Adding returns as soon as nothing can be lost any more."""

    def __init__(
        self,
        database: Database,
        documents: Documents,
        jobs: Jobs,
        originals: Originals,
        extractors: list[Extractor],
        on_kept: Callable[[], None] = lambda: None,
        embeds: bool = True,
        listen: Listen | None = None,
    ) -> None:
        self._documents = documents
        self._jobs = jobs
        self._originals = originals
        self._extractors = extractors
        self._free: queue.SimpleQueue[Extractor] = queue.SimpleQueue()
        for extractor in extractors:
            self._free.put(extractor)
        self._listen = listen
        self._to_hear: queue.SimpleQueue[Job | None] = queue.SimpleQueue()  # one after the other
        self._arrivals = Arrivals(documents, jobs, originals)
        self._keeping = Keeping(database, documents, jobs, originals, on_kept, embeds)
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=work, name="ingestion", daemon=True)
            for work in [
                *[(partial(jobs.take, IDLE_S), self._take_in)] * (len(extractors) + FETCHING),
                (self._to_hear.get, self._hear),
            ]
        ]

    def start(self) -> None:
        """Begin to work on the queue."""
        self._keeping.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End; what is being read begins anew at the next start."""
        self._stopping.set()
        self._jobs.announce()
        self._to_hear.put(None)
        for extractor in self._extractors:
            extractor.close()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self._keeping.stop()

    def add(self, incoming: Sequence[Incoming], wanted: Wanted) -> list[Job]:
        """Take in contents; known ones only get the collections and tags that are wanted."""
        contents = [each.content for each in incoming]
        most = max(1, min(KEPT_AT_ONCE, len(contents)))
        with self._originals.arriving(), ThreadPoolExecutor(most) as keeping:
            originals = keeping.map(self._originals.keep, contents)
            jobs = [
                self._queued(each, original, wanted)
                for each, original in zip(incoming, originals, strict=True)
            ]
        self._jobs.settle()
        return jobs

    def add_files(self, paths: Iterable[Path], wanted: Wanted) -> list[Job]:
        """Take in files by path, each read when its turn comes."""
        return self._jobs.add_files([(source_of(path), name_of(path)) for path in paths], wanted)

    def _queued(self, incoming: Incoming, original: Original, wanted: Wanted) -> Job:
        source, name = incoming.source, incoming.name
        known = self._documents.known(source, original.sha256)
        if known is None:
            return self._jobs.add(source, name, original, wanted)
        self._documents.describe(known.uid, wanted)
        return self._jobs.add_done(source, name, original, wanted, known.uid)

    def _work(self, next_job: Callable[[], Job | None], act: Callable[[Job], None]) -> None:
        job: Job | None = None
        while not self._stopping.is_set():
            try:
                if job is not None:  # the disk took nothing
                    self._jobs.put_back(job)
                job = next_job()
                if job is not None:
                    self._do_or_end(job, act)
                    job = None
            except Exception as error:
                known = of_system(error)
                _log.warning("Documents wait: %s", known or error)
                if isinstance(known, ProgramReplaced):  # else whoever looks sees why
                    say_once(known.message)
                self._stopping.wait(RETRY_S)

    def _do_or_end(self, job: Job, act: Callable[[Job], None]) -> None:
        """Raises: what the disk fails with."""
        try:
            act(job)
        except Exception as error:
            if of_system(error) is not None:
                raise
            # A bug of ours in one document must not stop all the others.
            _log.exception("Could not take in %s", job.name)
            self._jobs.end(job, "failed", Problem("crashed"))

    def _take_in(self, job: Job) -> None:
        arrived = job if job.sha256 else self._arrivals.fetched(job)
        if arrived is None:
            return
        extraction = self._extracted(arrived, _Notes(self._jobs, job))
        if self._is_over(job):
            return
        if self._listen is None or not has_recordings(extraction):
            self._keep(arrived, with_unheard(extraction, Problem("no-speech")))
            return
        if (words := without_recordings(extraction)).blocks:
            self._keep(arrived, words, whole=False)
        self._to_hear.put(arrived)

    def _hear(self, job: Job) -> None:
        """Read a file again, with what is said in its recordings."""
        assert self._listen is not None
        notes, cancelled = _Notes(self._jobs, job), partial(self._is_over, job)
        with Inside(self._originals) as inside:
            extraction = self._extracted(job, notes, inside.keep)
            if extraction.report.format == "audio":
                path = self._originals.path(job.sha256)
                extraction = heard(self._listen, path, notes.of_seconds, cancelled)
            else:
                extraction = inside.heard(extraction, self._listen, notes.of_seconds, cancelled)
        if not cancelled():
            self._keep(job, extraction)

    def _is_over(self, job: Job) -> bool:
        return self._stopping.is_set() or self._jobs.is_cancelled(job)

    def _extracted(
        self, job: Job, notes: _Notes, keep: KeepRecording = lambda *_: None
    ) -> Extraction:
        path, cancelled = self._originals.path(job.sha256), partial(self._is_over, job)
        with self._extractor() as extractor:
            return extractor.extract(path, job.name, notes, cancelled, keep)

    def _keep(self, job: Job, extraction: Extraction, whole: bool = True) -> None:
        self._keeping.add(Read(job, _draft(job, extraction), whole))

    @contextmanager
    def _extractor(self) -> Iterator[Extractor]:
        """One that reads nothing else; waits for it."""
        extractor = self._free.get()
        try:
            yield extractor
        finally:
            self._free.put(extractor)


def _draft(job: Job, extraction: Extraction) -> Draft:
    return Draft(
        job.source,
        job.name,
        job.sha256,
        job.bytes,
        extraction.report,
        [] if extraction.report.refused else list(chunks.cut(extraction.blocks)),
        job.wanted,
        job.new_document,
    )


class _Notes:
    """Progress, written down only so often that it costs nothing."""

    def __init__(self, jobs: Jobs, job: Job) -> None:
        self._jobs = jobs
        self._job = job
        self._noted = time.monotonic()

    def __call__(self, page: int, pages: int) -> None:
        now = time.monotonic()
        if now - self._noted >= PAGE_NOTE_S:
            self._noted = now
            self._jobs.page_done(self._job, page, pages)

    def of_seconds(self, seconds: float, length: float) -> None:
        """How far a recording was heard."""
        if length:
            self(int(min(seconds, length)), int(length) + 1)
