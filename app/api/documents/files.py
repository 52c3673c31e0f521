"""/v1/files: documents as OpenAI's files. Source: OpenAI's API reference, "Files".

A file's id is its document's, also while the document is still being read.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

import msgspec
from flask import Blueprint, Response, request

from app.api.documents import names, paging
from app.api.documents.contents import sent as sent_file
from app.api.documents.uploads import form
from app.api.errors import spoken_language
from app.api.fields import not_supported
from app.api.forms import takes_files
from app.api.services import services
from app.api.wire import answered, wrong
from app.errors import NotFound
from app.language import Text

if TYPE_CHECKING:
    from app.knowledge.documents import Document
    from app.knowledge.job import Job

files = Blueprint("documents_files", __name__)

SHORT_WAIT_S = 1.0  # most files are read in that time, and clients need not ask again
FIELD, PURPOSE = "purpose", "openai_purpose"  # in a form, and among a document's metadata
DEFAULT_PURPOSE = "assistants"

_KNOWN = ("waiting", "reading", "failed")

Purpose = Literal["assistants", "batch", "evals", "fine-tune", "user_data", "vision"]

_MISSING = Text("required, but missing", "必填，但缺少该字段")
_UNKNOWN = Text("must be one of {known}", "必须是 {known} 之一")
_STILL_READ = Text("“{id}” is still being read.", "“{id}”仍在读取中。")


class FileObject(msgspec.Struct, kw_only=True):
    """A file. `created_at` in seconds since 1970; `status_details`: why it could not be read."""

    id: str
    object: Literal["file"] = "file"
    bytes: int
    created_at: int
    expires_at: int | None = None
    filename: str
    purpose: str
    status: Literal["uploaded", "processed", "error"]
    status_details: str | None = None


class FileList(msgspec.Struct, kw_only=True):
    """Files, the latest first unless asked otherwise."""

    object: Literal["list"] = "list"
    data: list[FileObject]
    first_id: str | None
    last_id: str | None
    has_more: bool


class Deleted(msgspec.Struct):
    """What is gone."""

    id: str
    object: str
    deleted: bool = True


@files.post("/v1/files")
@takes_files
def add() -> Response:
    """Keep a file and begin to read it."""
    with form() as sent:
        upload, purpose = sent.one_file(), sent.value(FIELD)
        if purpose is None:
            raise wrong(FIELD, _MISSING)
        if purpose not in get_args(Purpose):
            raise wrong(FIELD, _UNKNOWN.filled(known=", ".join(get_args(Purpose))))
        if any(name.startswith("expires_after") for name in sent.fields):
            raise not_supported("expires_after")
        library, wanted = services().documents, names.wanted(metadata={PURPOSE: purpose})
        job = library.add(upload.name, upload.content, wanted, _source(upload.name))
        job = library.wait(job, SHORT_WAIT_S)
    return answered(_told(job.document or job.new_document))


@files.get("/v1/files")
def listed() -> Response:
    """The files, with those that are still being read."""
    page = paging.asked(10_000, newest_first=True)
    after = names.document(page.after, "after").id if page.after else None
    library, purpose = services().documents, request.args.get(FIELD)
    found = library.documents.listed(None, after, page.limit + 1, page.newest_first)
    told = [_of_document(each) for each in found[: page.limit]]
    if after is None:
        coming = [_of_job(job) for job in _being_read()]
        told = (coming[::-1] + told if page.newest_first else told + coming)[: page.limit]
    if purpose:
        told = [each for each in told if each.purpose == purpose]
    return answered(
        FileList(
            data=told,
            first_id=told[0].id if told else None,
            last_id=told[-1].id if told else None,
            has_more=len(found) > page.limit,
        )
    )


@files.get("/v1/files/<uid>")
def one(uid: str) -> Response:
    """One file."""
    return answered(_told(uid))


@files.get("/v1/files/<uid>/content")
def content(uid: str) -> Response:
    """What was sent."""
    document = services().documents.documents.get(uid)
    if document is None:
        _told(uid)
        raise NotFound(_STILL_READ.filled(id=uid), "file_id")
    return sent_file(document, attached=True)


@files.delete("/v1/files/<uid>")
def remove(uid: str) -> Response:
    """Take a file away, and its document."""
    library = services().documents
    told = _told(uid)
    if not library.remove(uid):
        job = library.jobs.making(uid)
        assert job is not None, told
        library.cancel(job.uid)
    return answered(Deleted(uid, "file"))


def _source(name: str) -> str:
    """Another source each time: a file of the same name is another file, not a new version."""
    return f"file:{secrets.token_hex(12)}/{name}"


def _told(uid: str) -> FileObject:
    """The file of that id. Raises: NotFound."""
    library = services().documents
    document = library.documents.get(uid)
    if document is not None:
        return _of_document(document)
    job = library.jobs.making(uid)
    if job is None or job.document is not None or job.state not in _KNOWN:
        raise NotFound(names.NO_DOCUMENT.filled(id=uid), "file_id")
    return _of_job(job)


def _of_document(document: Document) -> FileObject:
    refused = document.report.refused
    return FileObject(
        id=document.uid,
        bytes=document.bytes,
        created_at=int(document.added),
        filename=document.name,
        purpose=str(document.metadata.get(PURPOSE, DEFAULT_PURPOSE)),
        status="error" if refused else "processed",
        status_details=refused.message.of(spoken_language()) if refused else None,
    )


def _of_job(job: Job) -> FileObject:
    return FileObject(
        id=job.new_document,
        bytes=job.bytes,
        created_at=int(job.created),
        filename=job.name,
        purpose=str(job.wanted.metadata.get(PURPOSE, DEFAULT_PURPOSE)),
        status="error" if job.state == "failed" else "uploaded",
        status_details=job.problem.message.of(spoken_language()) if job.problem else None,
    )


def _being_read() -> Sequence[Job]:
    """The jobs that will make a document of their own."""
    library = services().documents
    found = library.jobs.listed(("waiting", "reading"))
    return [each for each in found if not library.documents.of_source(each.source)]
