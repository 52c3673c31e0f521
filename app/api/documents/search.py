"""POST /v1/search: the passages for a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from app.api.documents import names
from app.api.documents.wire import Passage, told_passage
from app.api.services import services
from app.api.wire import answered, read, wrong
from app.language import Text

if TYPE_CHECKING:
    from app.knowledge import retrieval

search = Blueprint("documents_search", __name__)

By = Literal["both", "words", "meaning"]

MOST_PASSAGES = 50
MOST_QUERY = 10_000  # characters

_EMPTY = Text("must not be empty", "不能为空")


class Filter(msgspec.Struct):
    """Which documents count: all that fit everything that is said; null or left out: any.

    `collections` by id or name; `docs_ids` is privateGPT's name of `documents`.
    """

    documents: list[str] | None = None
    collections: list[str] | None = None
    tags: list[str] | None = None
    docs_ids: list[str] | None = None


class Search(msgspec.Struct):
    """A question, how many passages are wanted, and of which documents.

    `by`: what they are found by.
    """

    query: Annotated[str, Meta(max_length=MOST_QUERY)]
    limit: Annotated[int, Meta(ge=1, le=MOST_PASSAGES)] = 5
    filter: Filter | None = None
    by: By = "both"


class PassageList(msgspec.Struct, kw_only=True):
    """Passages, best first."""

    object: str = "list"
    data: list[Passage]


_decoder = msgspec.json.Decoder(Search)


@search.post("/v1/search")
def find() -> Response:
    """The best passages, best first."""
    asked = read(_decoder)
    if not asked.query.strip():
        raise wrong("query", _EMPTY)
    found = searching(asked.filter, asked.by)(asked.query, asked.limit)
    return answered(PassageList(data=[told_passage(each) for each in found]))


def passages(query: str, most: int, wanted: Filter | None) -> list[retrieval.Passage]:
    """The best passages for a question, of the documents that a filter leaves."""
    return searching(wanted)(query, most)


def searching(
    wanted: Filter | None, by: By = "both"
) -> Callable[[str, int], list[retrieval.Passage]]:
    """What searches the documents that a filter leaves, also after the request's end."""
    library, wanted = services().documents, wanted or Filter()
    chosen = wanted.documents if wanted.docs_ids is None else wanted.docs_ids
    if wanted.docs_ids is not None and wanted.documents is not None:
        chosen = [each for each in wanted.documents if each in set(wanted.docs_ids)]
    collections = names.collections_of(wanted.collections)

    def search(query: str, most: int) -> list[retrieval.Passage]:
        return library.search(query, most, chosen, collections, wanted.tags, by)

    return search
