"""POST /v1/chunks: passages as privateGPT tells them. Source: docs.privategpt.dev, "Chunks"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from app.api.documents.search import MOST_PASSAGES, MOST_QUERY, Filter, passages
from app.api.services import services
from app.api.wire import answered, read, wrong
from app.language import Text

if TYPE_CHECKING:
    from app.knowledge.retrieval import Passage

chunks = Blueprint("documents_chunks", __name__)

_EMPTY = Text("must not be empty", "不能为空")


class ChunksRequest(msgspec.Struct):
    """A text to find chunks for. `prev_next_chunks`: how many neighbours come with each."""

    text: Annotated[str, Meta(max_length=MOST_QUERY)]
    context_filter: Filter | None = None
    limit: Annotated[int, Meta(ge=1, le=MOST_PASSAGES)] = 10
    prev_next_chunks: Annotated[int, Meta(ge=0, le=20)] = 0


class IngestedDocument(msgspec.Struct, kw_only=True):
    """A document as privateGPT has it."""

    object: Literal["ingest.document"] = "ingest.document"
    doc_id: str
    doc_metadata: dict[str, Any] | None


class ContextChunk(msgspec.Struct, kw_only=True):
    """A passage as privateGPT has it."""

    object: Literal["context.chunk"] = "context.chunk"
    score: float
    document: IngestedDocument
    text: str
    previous_texts: list[str] | None = None
    next_texts: list[str] | None = None


class ChunkList(msgspec.Struct, kw_only=True):
    """Chunks, best first."""

    object: Literal["list"] = "list"
    model: Literal["private-gpt"] = "private-gpt"
    data: list[ContextChunk]


_decoder = msgspec.json.Decoder(ChunksRequest)


@chunks.post("/v1/chunks")
def find() -> Response:
    """The best chunks, best first."""
    asked = read(_decoder)
    if not asked.text.strip():
        raise wrong("text", _EMPTY)
    found = passages(asked.text, asked.limit, asked.context_filter)
    return answered(ChunkList(data=[_with_neighbours(each, asked) for each in found]))


def told_chunk(found: Passage) -> ContextChunk:
    """A passage in privateGPT's form."""
    metadata: dict[str, Any] = {"file_name": found.name}
    if found.first_page is not None:
        metadata["page_label"] = str(found.first_page)
    document = IngestedDocument(doc_id=found.document, doc_metadata=metadata)
    return ContextChunk(score=found.score, document=document, text=found.text)


def _with_neighbours(found: Passage, asked: ChunksRequest) -> ContextChunk:
    told = told_chunk(found)
    if asked.prev_next_chunks:
        around = services().documents.contents.around
        told.previous_texts, told.next_texts = around(found.chunks, asked.prev_next_chunks)
    return told
