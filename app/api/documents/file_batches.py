"""/v1/vector_stores/ID/file_batches: several documents at once. Source: OpenAI's API reference.

A document remembers the batch that it came with; nothing else is kept of a batch.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from app.api.documents import names, paging
from app.api.documents.arriving import arrived
from app.api.documents.attributes import BATCH
from app.api.documents.vector_store_files import (
    Attributes,
    NewFile,
    StoreFileList,
    told_files,
)
from app.api.documents.vector_stores import (
    MOST_COUNTED,
    MOST_FILES,
    Chunking,
    Counts,
    counted,
    cut_as_always,
)
from app.api.services import services
from app.api.wire import answered, read, wrong
from app.errors import NotFound
from app.language import Text

if TYPE_CHECKING:
    from app.knowledge.documents import Document

file_batches = Blueprint("documents_file_batches", __name__)

_NO_BATCH = Text("There is no batch “{id}” in this collection.", "这个集合中没有名为“{id}”的批次。")
_ONE_OF = Text("send either file_ids or files", "请发送 file_ids 或 files 之一")


class NewBatch(msgspec.Struct, kw_only=True):
    """Documents to put into a collection: all with the same attributes, or each with its own."""

    file_ids: Annotated[list[str], Meta(min_length=1, max_length=MOST_FILES)] | None = None
    files: Annotated[list[NewFile], Meta(min_length=1, max_length=MOST_FILES)] | None = None
    attributes: Attributes | None = None
    chunking_strategy: Chunking | None = None


class Batch(msgspec.Struct, kw_only=True):
    """How far the documents of a batch are."""

    id: str
    object: Literal["vector_store.files_batch"] = "vector_store.files_batch"
    created_at: int
    vector_store_id: str
    status: Literal["in_progress", "completed"]
    file_counts: Counts


_new = msgspec.json.Decoder(NewBatch)


@file_batches.post("/v1/vector_stores/<uid>/file_batches")
def add(uid: str) -> Response:
    """Put documents into a collection; those that are still being read are waited for."""
    asked = read(_new)
    names.collection(uid)
    cut_as_always(asked.chunking_strategy)
    if (asked.file_ids is None) == (asked.files is None):
        raise wrong("file_ids", _ONE_OF)
    field = "files" if asked.files is not None else "file_ids"
    wanted = asked.files or [
        NewFile(file_id=each, attributes=asked.attributes) for each in asked.file_ids or []
    ]
    batch = f"vsfb_{secrets.token_hex(12)}"
    found = [arrived(each.file_id, f"{field}[{at}]") for at, each in enumerate(wanted)]
    for each, document in zip(wanted, found, strict=True):
        said = {**(each.attributes or {}), BATCH: batch}
        services().documents.documents.describe(document.uid, names.wanted((uid,), metadata=said))
    return _told(uid, batch)


@file_batches.get("/v1/vector_stores/<uid>/file_batches/<batch>")
def one(uid: str, batch: str) -> Response:
    """One batch."""
    return _told(uid, batch)


@file_batches.post("/v1/vector_stores/<uid>/file_batches/<batch>/cancel")
def cancel(uid: str, batch: str) -> Response:
    """A batch as it is: its documents are in the collection at once, and stay."""
    return _told(uid, batch)


@file_batches.get("/v1/vector_stores/<uid>/file_batches/<batch>/files")
def files(uid: str, batch: str) -> Response:
    """The documents of a batch."""
    page = paging.asked(20, newest_first=True)
    told = told_files(names.collection(uid), _of_batch(uid, batch))
    shown, more = paging.part(told, page, lambda each: each.id)
    first, last = (shown[0].id, shown[-1].id) if shown else (None, None)
    return answered(StoreFileList(data=shown, first_id=first, last_id=last, has_more=more))


def _of_batch(uid: str, batch: str) -> Sequence[Document]:
    """Raises: NotFound."""
    names.collection(uid)
    inside = services().documents.documents.listed(uid, most=MOST_COUNTED)
    found = [each for each in inside if each.metadata.get(BATCH) == batch]
    if not found:
        raise NotFound(_NO_BATCH.filled(id=batch), "batch_id")
    return found


def _told(uid: str, batch: str) -> Response:
    counts = counted(_of_batch(uid, batch))
    return answered(
        Batch(
            id=batch,
            created_at=int(time.time()),
            vector_store_id=uid,
            status="in_progress" if counts.in_progress else "completed",
            file_counts=counts,
        )
    )
