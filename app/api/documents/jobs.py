"""/v1/jobs: what is being taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, Response, request

from app.api.documents import paging
from app.api.documents.library import JobList
from app.api.documents.wire import State, told_jobs
from app.api.errors import spoken_language
from app.api.services import services
from app.api.wire import answered, wrong
from app.errors import NotFound
from app.language import Text

if TYPE_CHECKING:
    from app.knowledge.job import Job

jobs = Blueprint("documents_jobs", __name__)

_NO_STATE = Text(
    "must be one of: waiting, reading, embedding, done, failed, cancelled",
    "只能是 waiting、reading、embedding、done、failed 或 cancelled",
)
_NO_JOB = Text("There is no job “{id}”.", "没有名为“{id}”的任务。")


@jobs.get("/v1/jobs")
def listed() -> Response:
    """The open jobs, oldest first, then those that ended, latest first; `limit` of each.

    `state`: only those in that state, or in one of those.
    """
    library, spoken = services().documents, spoken_language()
    limit = paging.number("limit", 100, 1000)
    if states := request.args.getlist("state"):
        found = library.jobs.listed([_state(each) for each in states], limit)
    else:
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


def _state(said: str) -> State:
    """Raises: BadRequest."""
    try:
        state: State = msgspec.convert(said, State)
    except msgspec.ValidationError as error:
        raise wrong("state", _NO_STATE) from error
    return state


def _told(job: Job) -> Response:
    [told] = told_jobs(services().documents, [job], spoken_language())
    return answered(told)


def _job(uid: str) -> Job:
    found = services().documents.jobs.get(uid)
    if found is None:
        raise NotFound(_NO_JOB.filled(id=uid), "id")
    return found
