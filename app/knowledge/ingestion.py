"""Takes files in: keeps the original, queues a job, reads it in a child, keeps the document."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace

from app.errors import SourceRefused
from app.knowledge import chunks, jobs
from app.knowledge.documents import Document, Documents, Draft, Wanted
from app.knowledge.extraction.extractor import Extraction, Extractor
from app.knowledge.jobs import Crawl, Job, Jobs
from app.knowledge.originals import Content, Original, Originals
from app.knowledge.report import Problem
from app.knowledge.sources.web import Web, same_site

_log = logging.getLogger(__name__)

IDLE_S = 5.0
KEPT_AT_ONCE = 8  # originals; most of the time each of them waits for the disk
PAGE_NOTE_S = 0.5  # between two notes of progress on the disk


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on its way in; a path is opened when its turn comes."""

    source: str
    name: str
    content: Content


class Ingestion:
    """The way in. Adding returns as soon as nothing can be lost any more."""

    def __init__(
        self,
        documents: Documents,
        queue: Jobs,
        originals: Originals,
        extractors: list[Extractor],
        on_kept: Callable[[], None] = lambda: None,
        embeds: bool = True,
    ) -> None:
        self._documents = documents
        self._jobs = queue
        self._originals = originals
        self._extractors = extractors
        self._on_kept = on_kept
        self._embeds = embeds
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(extractor,), name="ingestion", daemon=True)
            for extractor in extractors
        ]

    def start(self) -> None:
        """Begin to work on the queue."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End; what is being read begins anew at the next start."""
        self._stopping.set()
        self._jobs.announce()
        for extractor in self._extractors:
            extractor.close()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def add(self, incoming: Sequence[Incoming], wanted: Wanted) -> list[Job]:
        """Take in contents; known ones only get the collections and tags that are wanted."""
        contents = [each.content for each in incoming]
        with ThreadPoolExecutor(max(1, min(KEPT_AT_ONCE, len(contents)))) as keeping:
            originals = keeping.map(self._originals.keep, contents)
            jobs = [
                self._queued(each, original, wanted)
                for each, original in zip(incoming, originals, strict=True)
            ]
        self._jobs.settle()
        return jobs

    def _queued(self, incoming: Incoming, original: Original, wanted: Wanted) -> Job:
        source, name = incoming.source, incoming.name
        known = self._known(source, original)
        if known is None:
            return self._jobs.add(source, name, original, wanted)
        self._documents.describe(known.uid, wanted)
        return self._jobs.add_done(source, name, original, wanted, known.uid)

    def _known(self, source: str, original: Original) -> Document | None:
        here = self._documents.of_source(source)
        if here is not None:
            # The same place with other content is a new version, whoever else has that content.
            same = here.sha256 == original.sha256 and here.report.refused is None
            return here if same else None
        elsewhere = self._documents.of_content(original.sha256)
        return elsewhere if elsewhere and elsewhere.report.refused is None else None

    def _work(self, extractor: Extractor) -> None:
        while not self._stopping.is_set():
            job = self._jobs.take(IDLE_S)
            if job is None:
                continue
            try:
                self._take_in(job, extractor)
            except Exception:
                # A bug of ours in one document must not stop all the others.
                _log.exception("Could not take in %s", job.name)
                self._jobs.end(job, "failed", Problem("crashed"))

    def _take_in(self, job: Job, extractor: Extractor) -> None:
        if not job.sha256:
            fetched = self._fetched(job)
            if fetched is None:
                return
            job = fetched
        extraction = extractor.extract(
            self._originals.path(job.sha256),
            job.name,
            _Notes(self._jobs, job),
            lambda: self._stopping.is_set() or self._jobs.is_cancelled(job),
        )
        if self._stopping.is_set() or self._jobs.is_cancelled(job):
            return
        self._keep(job, extraction)
        self._jobs.announce()
        self._on_kept()

    def _fetched(self, job: Job) -> Job | None:
        """The job with the content of its address; None where there is nothing more to do."""
        crawl = job.crawl or Crawl()
        try:
            page = Web(crawl.private_allowed).fetch(job.source)
        except SourceRefused as refused:
            self._jobs.end(job, "failed", _not_fetched(refused))
            return None
        if crawl.depth > 0:
            onward = replace(crawl, depth=crawl.depth - 1)
            for link in page.links():
                if same_site(link, page.address):
                    self._jobs.add_address(link, job.wanted, onward, job.site)
        original = self._originals.keep(page.content)
        known = self._documents.of_source(job.source)
        if known is not None and known.sha256 == original.sha256:
            self._jobs.end(job, "done")
            return None
        return self._jobs.fetched(job, page.name, original)

    def _keep(self, job: Job, extraction: Extraction) -> None:
        refused = extraction.report.refused
        draft = Draft(
            job.source,
            job.name,
            job.sha256,
            job.bytes,
            extraction.report,
            [] if refused else list(chunks.cut(extraction.blocks)),
            job.wanted,
            job.new_document,
        )
        state: jobs.State = "embedding" if draft.chunks and self._embeds else "done"

        def close(connection: sqlite3.Connection, uid: str) -> None:
            if not jobs.close(connection, job, "failed" if refused else state, uid, refused):
                raise _Cancelled  # meanwhile: nothing of the document is kept

        with suppress(_Cancelled):
            self._documents.put(draft, close)


def _not_fetched(refused: SourceRefused) -> Problem:
    return Problem("not-fetched", said=(refused.message.en, refused.message.zh))


class _Cancelled(Exception):
    pass


class _Notes:
    """Progress, written down only so often that it costs nothing."""

    def __init__(self, queue: Jobs, job: Job) -> None:
        self._jobs = queue
        self._job = job
        self._noted = time.monotonic()

    def __call__(self, page: int, pages: int) -> None:
        now = time.monotonic()
        if now - self._noted >= PAGE_NOTE_S:
            self._noted = now
            self._jobs.page_done(self._job, page, pages)
