"""What was only named when it was added: files by path, and web pages, fetched at their turn."""

from __future__ import annotations

from dataclasses import replace

from app.errors import SourceRefused, of_system
from app.knowledge.documents import Documents
from app.knowledge.job import Crawl, Job
from app.knowledge.jobs import Jobs
from app.knowledge.originals import Original, Originals
from app.knowledge.report import Problem
from app.knowledge.sources.folders import FILE, path_of
from app.knowledge.sources.web import Page, Web, same_site


class Arrivals:
    """Fetches the contents of jobs that have only a source yet."""

    def __init__(self, documents: Documents, queue: Jobs, originals: Originals) -> None:
        self._documents = documents
        self._jobs = queue
        self._originals = originals

    def fetched(self, job: Job) -> Job | None:
        """The job with its content; None where it is over with that, or known already."""
        with self._originals.arriving():
            return self._fetched(job)

    def _fetched(self, job: Job) -> Job | None:
        fetch = self._file if job.source.startswith(FILE) else self._page
        found = fetch(job)
        if isinstance(found, Problem):
            self._jobs.end(job, "failed", found)
            return None
        name, original = found
        known = self._documents.known(job.source, original.sha256)
        if known is not None:
            self._documents.describe(known.uid, job.wanted)
            self._jobs.end(job, "done", document=known.uid)
            return None
        return self._jobs.fetched(job, name, original)

    def _file(self, job: Job) -> tuple[str, Original] | Problem:
        try:
            return job.name, self._originals.keep(path_of(job.source), lasting=False)
        except OSError as error:
            if of_system(error) is not None:
                raise  # the disk takes nothing now
            return Problem("not-opened")

    def _page(self, job: Job) -> tuple[str, Original] | Problem:
        crawl = job.crawl or Crawl()
        try:
            page = Web(crawl.private_allowed).fetch(job.source)
        except SourceRefused as refused:
            return Problem("not-fetched", said=(refused.message.en, refused.message.zh))
        if crawl.depth > 0:
            self._follow(job, page, replace(crawl, depth=crawl.depth - 1))
        return page.name, self._originals.keep(page.content, lasting=False)

    def _follow(self, job: Job, page: Page, onward: Crawl) -> None:
        for link in page.links():
            if same_site(link, page.address):
                self._jobs.add_address(link, job.wanted, onward, job.site)
