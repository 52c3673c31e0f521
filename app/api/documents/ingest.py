"""/v1/ingest: documents as privateGPT takes them in. Source: docs.privategpt.dev, "Ingestion"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from flask import Blueprint, Response

from app.api.documents import names
from app.api.documents.arriving import read_by_now
from app.api.documents.chunks import IngestedDocument
from app.api.documents.uploads import form
from app.api.forms import takes_files
from app.api.services import services
from app.api.wire import answered, read, wrong
from app.language import Text

if TYPE_CHECKING:
    from app.knowledge.documents import Document
    from app.knowledge.job import Job

ingest = Blueprint("documents_ingest", __name__)

MOST_LISTED = 100_000

_EMPTY = Text("must not be empty", "不能为空")


class IngestText(msgspec.Struct):
    """A text and the name to keep it under."""

    file_name: str
    text: str


class IngestedList(msgspec.Struct, kw_only=True):
    """Documents as privateGPT has them."""

    object: Literal["list"] = "list"
    model: Literal["private-gpt"] = "private-gpt"
    data: list[IngestedDocument]


_text = msgspec.json.Decoder(IngestText)


@ingest.post("/v1/ingest/file")
@ingest.post("/v1/ingest")
@takes_files
def file() -> Response:
    """Take in a file; the answer comes when it can be found."""
    with form() as sent:
        upload = sent.one_file()
        job = services().documents.add(upload.name, upload.content, names.wanted(), upload.source)
    return _ingested(job, "file")


@ingest.post("/v1/ingest/text")
def text() -> Response:
    """Take in a text; the answer comes when it can be found."""
    asked = read(_text)
    if not asked.text.strip():
        raise wrong("text", _EMPTY)
    name = names.path_of(asked.file_name)[-1]
    library = services().documents
    job = library.add(name, asked.text.encode(), names.wanted(), f"text:{name}")
    return _ingested(job, "text")


@ingest.get("/v1/ingest/list")
def listed() -> Response:
    """Every document of which something can be found."""
    found = services().documents.documents.listed(most=MOST_LISTED)
    return _told([each for each in found if each.report.refused is None])


@ingest.delete("/v1/ingest/<uid>")
def remove(uid: str) -> Response:
    """Take a document away."""
    names.document(uid, "doc_id")
    services().documents.remove(uid)
    return answered(None)


def _ingested(job: Job, field: str) -> Response:
    return _told([read_by_now(job, field)])


def _told(found: list[Document]) -> Response:
    return answered(
        IngestedList(
            data=[
                IngestedDocument(
                    doc_id=each.uid, doc_metadata={**each.metadata, "file_name": each.name}
                )
                for each in found
            ]
        )
    )
