"""POST /v1/search: the passages for a question, or for what a picture shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from app.api.documents import names
from app.api.documents.wire import Passage, told_passage
from app.api.forms import is_form, one_file, takes_files
from app.api.services import services
from app.api.vision.lookup import words_of
from app.api.vision.pictures import embedded
from app.api.wire import answered, decoded, read, wrong
from app.errors import PictureRefused
from app.language import Text
from app.vision.sight import check_size

if TYPE_CHECKING:
    from app.knowledge import retrieval

search = Blueprint("documents_search", __name__)

By = Literal["both", "words", "meaning"]

MOST_PASSAGES = 50
MOST_QUERY = 10_000  # characters

_EMPTY = Text("must not be empty", "不能为空")
_NO_PICTURE = Text("required, but missing: send a picture in it", "必填，但缺少：请在其中上传图片")
_WORDLESS = Text(
    "There is no text in this picture to look for. Send a question with it.",
    "图片中没有可用于检索的文字，请同时发送问题。",
)


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

    `by`: what they are found by; `image`: a picture that is looked up, as a data URL or base64.
    """

    query: Annotated[str, Meta(max_length=MOST_QUERY)] = ""
    limit: Annotated[int, Meta(ge=1, le=MOST_PASSAGES)] = 5
    filter: Filter | None = None
    by: By = "both"
    image: str | None = None


class PassageList(msgspec.Struct, kw_only=True):
    """Passages, best first, and what was looked for.

    `waiting`: passages of all documents that cannot be found by their meaning yet.
    """

    object: str = "list"
    query: str
    data: list[Passage]
    waiting: int


FIELDS = ("file", "query", "limit", "by", "documents", "collections", "tags")

_decoder = msgspec.json.Decoder(Search)
_of_form = msgspec.json.Decoder(Search, strict=False)  # where every value is a text


@search.post("/v1/search")
@takes_files
def find() -> Response:
    """The best passages for a question or a picture, best first."""
    asked, picture = _sent()
    query = asked.query.strip()
    if picture is not None:
        query = "\n".join(filter(None, [words_of(picture), query]))
        if not query:
            raise PictureRefused(_WORDLESS, field="query")
    if not query:
        raise wrong("query", _EMPTY)
    found = searching(asked.filter, asked.by)(query, asked.limit)
    told = [told_passage(each) for each in found]
    return answered(PassageList(query=query, data=told, waiting=services().documents.waiting))


def _sent() -> tuple[Search, bytes | None]:
    """What is asked for, and the picture that came with it."""
    if not is_form():
        asked = read(_decoder)
        return asked, None if asked.image is None else embedded(asked.image, "image")
    with one_file(_NO_PICTURE) as sent:
        check_size(sent.file.stat().st_size)
        fields = {name: value for name in ("query", "limit", "by") if (value := sent.value(name))}
        wanted = {
            name: values
            for name in ("documents", "collections", "tags")
            if (values := sent.values(name))
        }
        body = msgspec.json.encode({**fields, "filter": wanted})
        return decoded(body, _of_form), sent.file.read_bytes()


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
