"""/v1/vector_stores: collections as OpenAI's vector stores. Source: OpenAI's API reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from app.api.documents import attributes, names, paging
from app.api.documents.arriving import arrived
from app.api.documents.files import Deleted
from app.api.documents.search import MOST_PASSAGES, MOST_QUERY
from app.api.fields import not_supported
from app.api.services import services
from app.api.wire import answered, read, wrong
from app.language import Text

if TYPE_CHECKING:
    from app.knowledge.collections import Collection
    from app.knowledge.documents import Document
    from app.knowledge.retrieval import Passage

vector_stores = Blueprint("documents_vector_stores", __name__)

MOST_FILES = 500  # named in one request
MOST_COUNTED = 100_000
BEST_SCORE = 1 / 3  # of what both rankings have in the first place

_EMPTY = Text("must not be empty", "不能为空")

Name = Annotated[str, Meta(max_length=names.MOST_NAME)]
Metadata = dict[str, Any]


class Chunking(msgspec.Struct):
    """How documents are cut: only as the server does it."""

    type: Literal["auto", "static"] = "auto"
    static: Any = None


class NewStore(msgspec.Struct, kw_only=True):
    """A collection to make."""

    name: Name | None = None
    file_ids: Annotated[list[str], Meta(max_length=MOST_FILES)] | None = None
    metadata: Metadata | None = None
    description: str | None = None
    expires_after: Any = None
    chunking_strategy: Chunking | None = None


class ChangedStore(msgspec.Struct, kw_only=True):
    """What a collection becomes; what is left out stays."""

    name: Name | None = None
    metadata: Metadata | None = None
    expires_after: Any = None


class Counts(msgspec.Struct):
    """How many files are in which state."""

    in_progress: int
    completed: int
    failed: int
    cancelled: int
    total: int


class VectorStore(msgspec.Struct, kw_only=True):
    """A collection. Times in seconds since 1970."""

    id: str
    object: Literal["vector_store"] = "vector_store"
    created_at: int
    name: str
    usage_bytes: int
    file_counts: Counts
    status: Literal["in_progress", "completed"]
    expires_after: None = None
    expires_at: int | None = None
    last_active_at: int | None = None
    metadata: Metadata


class StoreList(msgspec.Struct, kw_only=True):
    """Collections, the latest first unless asked otherwise."""

    object: Literal["list"] = "list"
    data: list[VectorStore]
    first_id: str | None
    last_id: str | None
    has_more: bool


class Ranking(msgspec.Struct):
    """From which score on passages count."""

    ranker: str | None = None
    score_threshold: Annotated[float, Meta(ge=0, le=1)] | None = None


class StoreSearch(msgspec.Struct, kw_only=True):
    """What to look for; `filters` compare the attributes of files."""

    query: (
        Annotated[str, Meta(max_length=MOST_QUERY)]
        | Annotated[list[Annotated[str, Meta(max_length=MOST_QUERY)]], Meta(max_length=10)]
    )
    max_num_results: Annotated[int, Meta(ge=1, le=MOST_PASSAGES)] = 10
    filters: Any = None
    ranking_options: Ranking | None = None
    rewrite_query: bool | None = None


class ResultText(msgspec.Struct):
    """A piece of a passage."""

    text: str
    type: Literal["text"] = "text"


class Result(msgspec.Struct, kw_only=True):
    """A passage. `score`, 0 to 1, orders the passages of one search."""

    file_id: str
    filename: str
    score: float
    attributes: dict[str, Any]
    content: list[ResultText]


class ResultPage(msgspec.Struct, kw_only=True):
    """Passages, best first."""

    object: Literal["vector_store.search_results.page"] = "vector_store.search_results.page"
    search_query: list[str]
    data: list[Result]
    has_more: bool = False
    next_page: str | None = None


_new = msgspec.json.Decoder(NewStore)
_changed = msgspec.json.Decoder(ChangedStore)
_search = msgspec.json.Decoder(StoreSearch)


@vector_stores.post("/v1/vector_stores")
def create() -> Response:
    """A new collection, with files where some are named."""
    asked = read(_new)
    cut_as_always(asked.chunking_strategy)
    if asked.expires_after is not None:
        raise not_supported("expires_after")
    library = services().documents
    found = [arrived(each, f"file_ids[{at}]") for at, each in enumerate(asked.file_ids or [])]
    made = library.collections.create(asked.name or "", asked.metadata)
    for document in found:
        library.documents.describe(document.uid, names.wanted((made.uid,)))
    return _answered(made.uid)


@vector_stores.get("/v1/vector_stores")
def listed() -> Response:
    """The collections."""
    page = paging.asked(20, newest_first=True)
    found = services().documents.collections.listed()
    shown, more = paging.part(found, page, lambda each: each.uid)
    told = [told_store(each) for each in shown]
    first, last = (told[0].id, told[-1].id) if told else (None, None)
    return answered(StoreList(data=told, first_id=first, last_id=last, has_more=more))


@vector_stores.get("/v1/vector_stores/<uid>")
def one(uid: str) -> Response:
    """One collection."""
    return _answered(uid)


@vector_stores.post("/v1/vector_stores/<uid>")
def change(uid: str) -> Response:
    """Give a collection another name or other metadata."""
    asked = read(_changed)
    if asked.expires_after is not None:
        raise not_supported("expires_after")
    names.collection(uid)
    services().documents.collections.change(uid, asked.name, asked.metadata)
    return _answered(uid)


@vector_stores.delete("/v1/vector_stores/<uid>")
def remove(uid: str) -> Response:
    """Take a collection away; its documents stay."""
    names.collection(uid)
    services().documents.collections.remove(uid)
    return answered(Deleted(uid, "vector_store.deleted"))


@vector_stores.post("/v1/vector_stores/<uid>/search")
def search(uid: str) -> Response:
    """The best passages of a collection's documents, best first."""
    asked, library = read(_search), services().documents
    names.collection(uid)
    queries = [asked.query] if isinstance(asked.query, str) else asked.query
    if not any(query.strip() for query in queries):
        raise wrong("query", _EMPTY)
    chosen = None
    if asked.filters is not None:
        fits = attributes.filter_of(asked.filters)
        inside = library.documents.listed(uid, most=MOST_COUNTED)
        chosen = [each.uid for each in inside if fits(attributes.of(each))]
    text = "\n".join(queries)
    found = library.search(text, asked.max_num_results, chosen, [uid])
    least = (asked.ranking_options or Ranking()).score_threshold or 0.0
    results = [each for each in map(_result, found) if each.score >= least]
    return answered(ResultPage(search_query=queries, data=results))


def cut_as_always(wanted: Chunking | None) -> None:
    """Documents are cut along their own structure, once for everyone. Raises: NotSupported."""
    if wanted is not None and wanted.type != "auto":
        raise not_supported("chunking_strategy")


def told_store(found: Collection) -> VectorStore:
    """A collection with its counts."""
    inside = services().documents.documents.listed(found.uid, most=MOST_COUNTED)
    counts = counted(inside)
    return VectorStore(
        id=found.uid,
        created_at=int(found.created),
        name=found.name,
        usage_bytes=sum(each.bytes for each in inside),
        file_counts=counts,
        status="in_progress" if counts.in_progress else "completed",
        last_active_at=int(max((each.modified for each in inside), default=found.created)),
        metadata=dict(found.metadata),
    )


def counted(found: Sequence[Document]) -> Counts:
    """How many documents are in which state."""
    library = services().documents
    states = [
        attributes.state(each, label, library.embeds)
        for each, label in zip(found, library.labels.of(found), strict=True)
    ]
    return Counts(
        in_progress=states.count("in_progress"),
        completed=states.count("completed"),
        failed=states.count("failed"),
        cancelled=0,
        total=len(states),
    )


def _answered(uid: str) -> Response:
    return answered(told_store(names.collection(uid)))


def _result(found: Passage) -> Result:
    document = names.document(found.document)
    return Result(
        file_id=found.document,
        filename=found.name,
        score=round(min(1.0, max(0.0, found.score / BEST_SCORE)), 4),
        attributes=attributes.of(document),
        content=[ResultText(found.text)],
    )
