"""Waits for documents where a protocol's answer is only right once they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.api.documents.names import NO_DOCUMENT
from app.api.services import services
from app.errors import Busy, NotFound, SourceRefused
from app.language import Text

if TYPE_CHECKING:
    from app.knowledge.documents import Document
    from app.knowledge.job import Job

LONGEST_S = 600.0  # a scanned book takes longer than anybody waits for an answer
RETRY_S = 10

_NOT_YET = Text(
    "“{name}” is still being read. Ask again in a while.", "“{name}”仍在读取中，请稍后再试。"
)
_CANCELLED = Text("Taking in “{name}” was cancelled.", "“{name}”的导入已取消。")


def read_by_now(job: Job, field: str) -> Document:
    """The document of a job, once it is read.

    Raises: SourceRefused where nothing of it could be read; Busy where that takes very long.
    """
    library = services().documents
    done = library.wait(job, LONGEST_S)
    document = library.documents.get(done.document) if done.document else None
    if done.problem is not None:
        raise SourceRefused(done.problem.message, field)
    if done.state == "cancelled":
        raise SourceRefused(_CANCELLED.filled(name=job.name), field)
    if document is None:
        raise Busy(_NOT_YET.filled(name=job.name), RETRY_S)
    return document


def arrived(uid: str, field: str) -> Document:
    """The document of that id, once it is read, if nothing of it could be read too.

    Raises: NotFound; SourceRefused where there will be none; Busy where it takes very long.
    """
    library = services().documents
    document = library.documents.get(uid)
    job = None if document else library.jobs.making(uid)
    if document is None and job is not None and job.document is None:
        done = library.wait(job, LONGEST_S)
        document = library.documents.get(done.document) if done.document else None
        if document is None:
            return read_by_now(done, field)
    if document is None:
        raise NotFound(NO_DOCUMENT.filled(id=uid), field)
    return document
