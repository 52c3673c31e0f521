"""/v1/vector_stores/ID/files: documents in collections. Source: OpenAI's API reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec
from flask import Blueprint, Response, request

from app.api.documents import attributes, names, paging
from app.api.documents.arriving import arrived
from app.api.documents.attributes import State
from app.api.documents.files import Deleted
from app.api.documents.vector_stores import MOST_COUNTED, Chunking, ResultText, cut_as_always
from app.api.errors import spoken_language
from app.api.services import services
from app.api.wire import answered, read, wrong
from app.errors import NotFound
from app.language import Text

if TYPE_CHECKING:
    from app.knowledge.collections import Collection
    from app.knowledge.documents import Document
    from app.knowledge.labels import Label

vector_store_files = Blueprint("documents_vector_store_files", __name__)

_NOT_INSIDE = Text(
    "There is no document “{id}” in this collection.", "这个集合中没有名为“{id}”的文档。"
)
_NO_STATE = Text("must be one of {known}", "必须是 {known} 之一")

Attributes = dict[str, str | float | bool]


class NewFile(msgspec.Struct, kw_only=True):
    """A document to put into a collection, and what is said about it."""

    file_id: str
    attributes: Attributes | None = None
    chunking_strategy: Chunking | None = None


class ChangedFile(msgspec.Struct):
    """The attributes that a document has from now on."""

    attributes: Attributes | None


class Problem(msgspec.Struct):
    """Why a file could not be read."""

    code: Literal["server_error", "unsupported_file", "invalid_file"]
    message: str


class StoreFile(msgspec.Struct, kw_only=True):
    """A document in a collection."""

    id: str
    object: Literal["vector_store.file"] = "vector_store.file"
    created_at: int
    usage_bytes: int
    vector_store_id: str
    status: Literal["in_progress", "completed", "failed"]
    last_error: Problem | None
    attributes: dict[str, Any]
    chunking_strategy: dict[str, Any]


class StoreFileList(msgspec.Struct, kw_only=True):
    """Documents of a collection, the latest first unless asked otherwise."""

    object: Literal["list"] = "list"
    data: list[StoreFile]
    first_id: str | None
    last_id: str | None
    has_more: bool


class ContentPage(msgspec.Struct, kw_only=True):
    """The text that was read."""

    object: Literal["vector_store.file_content.page"] = "vector_store.file_content.page"
    data: list[ResultText]
    has_more: bool = False
    next_page: str | None = None


_new = msgspec.json.Decoder(NewFile)
_changed = msgspec.json.Decoder(ChangedFile)


@vector_store_files.post("/v1/vector_stores/<uid>/files")
def add(uid: str) -> Response:
    """Put a document into a collection; one that is still being read is waited for."""
    asked, inside = read(_new), names.collection(uid)
    cut_as_always(asked.chunking_strategy)
    document = arrived(asked.file_id, "file_id")
    wanted = names.wanted((uid,), metadata=asked.attributes)
    services().documents.documents.describe(document.uid, wanted)
    return _answered(inside, names.document(document.uid))


@vector_store_files.get("/v1/vector_stores/<uid>/files")
def listed(uid: str) -> Response:
    """The documents of a collection."""
    inside, page = names.collection(uid), paging.asked(20, newest_first=True)
    wanted = request.args.get("filter")
    if wanted is not None and wanted not in (*get_args(State), "cancelled"):
        raise wrong("filter", _NO_STATE.filled(known=", ".join((*get_args(State), "cancelled"))))
    found = services().documents.documents.listed(uid, most=MOST_COUNTED)
    told = [each for each in told_files(inside, found) if wanted in (None, each.status)]
    shown, more = paging.part(told, page, lambda each: each.id)
    first, last = (shown[0].id, shown[-1].id) if shown else (None, None)
    return answered(StoreFileList(data=shown, first_id=first, last_id=last, has_more=more))


@vector_store_files.get("/v1/vector_stores/<uid>/files/<file>")
def one(uid: str, file: str) -> Response:
    """One document of a collection."""
    return _answered(*_inside(uid, file))


@vector_store_files.post("/v1/vector_stores/<uid>/files/<file>")
def change(uid: str, file: str) -> Response:
    """Give a document other attributes."""
    asked = read(_changed)
    inside, document = _inside(uid, file)
    gone = dict.fromkeys(attributes.of(document))
    wanted = names.wanted(metadata={**gone, **(asked.attributes or {})})
    services().documents.documents.describe(file, wanted)
    return _answered(inside, names.document(file))


@vector_store_files.delete("/v1/vector_stores/<uid>/files/<file>")
def remove(uid: str, file: str) -> Response:
    """Take a document out of a collection; it stays among the documents."""
    _inside(uid, file)
    services().documents.collections.leave(uid, file)
    return answered(Deleted(file, "vector_store.file.deleted"))


@vector_store_files.get("/v1/vector_stores/<uid>/files/<file>/content")
def content(uid: str, file: str) -> Response:
    """The text that was read from a document."""
    _inside(uid, file)
    return answered(ContentPage(data=[ResultText(services().documents.contents.text(file))]))


def told_files(inside: Collection, found: Sequence[Document]) -> list[StoreFile]:
    """Documents of a collection."""
    labels = services().documents.labels.of(found)
    return [_told(inside, *each) for each in zip(found, labels, strict=True)]


def _inside(uid: str, file: str) -> tuple[Collection, Document]:
    """A collection, and a document that is in it. Raises: NotFound."""
    inside = names.collection(uid)
    document = services().documents.documents.get(file)
    if document is not None:
        [label] = services().documents.labels.of([document])
        if uid in (each for each, _ in label.collections):
            return inside, document
    raise NotFound(_NOT_INSIDE.filled(id=file), "file_id")


def _answered(inside: Collection, document: Document) -> Response:
    [label] = services().documents.labels.of([document])
    return answered(_told(inside, document, label))


def _told(inside: Collection, document: Document, label: Label) -> StoreFile:
    refused = document.report.refused
    said = refused.message.of(spoken_language()) if refused else ""
    return StoreFile(
        id=document.uid,
        created_at=int(document.added),
        usage_bytes=document.bytes,
        vector_store_id=inside.uid,
        status=attributes.state(document, label, services().documents.embeds),
        last_error=Problem("invalid_file", said) if refused else None,
        attributes=attributes.of(document),
        chunking_strategy={"type": "other"},
    )
