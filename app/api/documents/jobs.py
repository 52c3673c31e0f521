"""/v1/jobs: what is being taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from app.api.documents import paging
from app.api.documents.library import JobList
from app.api.documents.wire import told_jobs
from app.api.errors import spoken_language
from app.api.services import services
from app.api.wire import answered
from app.errors import NotFound
from app.language import Text

if TYPE_CHECKING:
    from app.knowledge.job import Job

jobs = Blueprint("documents_jobs", __name__)

_NO_JOB = Text("There is no job “{id}”.", "没有名为“{id}”的任务。")


@jobs.get("/v1/jobs")
def listed() -> Response:
    """The open jobs, oldest first, then those that ended, latest first; `limit` of each."""
    library, spoken = services().documents, spoken_language()
    limit = paging.number("limit", 100, 1000)
    found = [*library.jobs.listed(most=limit), *library.jobs.ended(limit)]
    return answered(JobList(data=told_jobs(library, found, spoken)))


@jobs.get("/v1/jobs/<uid>")
def one(uid: str) -> Response:
    """One job."""
    return _told(_job(uid))


@jobs.delete("/v1/jobs/<uid>")
def cancel(uid: str) -> Response:
    """Stop a job that is open; the job as it is then."""
    library = services().documents
    _job(uid)
    stopped = library.cancel(uid)
    assert stopped is not None
    return _told(stopped)


def _told(job: Job) -> Response:
    [told] = told_jobs(services().documents, [job], spoken_language())
    return answered(told)


def _job(uid: str) -> Job:
    found = services().documents.jobs.get(uid)
    if found is None:
        raise NotFound(_NO_JOB.filled(id=uid), "id")
    return found
