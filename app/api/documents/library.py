"""/v1/documents: what is kept, and its way in and out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from flask import Blueprint, Response, request
from msgspec import Meta

from app.api.documents import names, paging
from app.api.documents.uploads import form
from app.api.documents.wire import Document, Job, told_documents, told_jobs
from app.api.errors import spoken_language
from app.api.forms import is_form, takes_files
from app.api.security.asker import asker
from app.api.services import services
from app.api.wire import answered, read, wrong
from app.errors import BadRequest, Forbidden, SourceRefused
from app.language import Text

if TYPE_CHECKING:
    from app.knowledge.drafts import Wanted
    from app.knowledge.job import Job as KnownJob

documents = Blueprint("documents", __name__)

MOST_DEPTH = 5

_ONE_OF = Text(
    "Send a form with files, or JSON with one of: text, path, url.",
    "请用表单上传文件，或发送含有 text、path、url 之一的 JSON。",
)
_ONLY_HERE = Text(
    "{field} may only be used on the machine on which the assistant runs. Upload the file instead.",
    "只有在运行助手的机器上才能使用 {field}，请改为上传文件。",
)
_RELATIVE = Text("must be an absolute path", "必须是绝对路径")
_EMPTY = Text("must not be empty", "不能为空")


class Addition(msgspec.Struct):
    """What to take in: a text that was pasted, a file or folder of this machine, or a web page.

    `watch`: a folder's files follow from now on; `depth`: how far links within its site are
    followed; `private`: also addresses of the private network.
    """

    text: str | None = None
    name: str | None = None
    path: str | None = None
    watch: bool = False
    url: str | None = None
    depth: Annotated[int, Meta(ge=0, le=MOST_DEPTH)] = 0
    private: bool = False
    collection: str | None = None
    tags: list[str] = []
    metadata: dict[str, Any] = {}


class Change(msgspec.Struct):
    """What a document's labels become; what is left out stays. `collection` null: in none."""

    tags: list[str] | None = None
    collection: str | msgspec.UnsetType | None = msgspec.UNSET


class DocumentList(msgspec.Struct, kw_only=True):
    """Documents in the order in which they came."""

    object: str = "list"
    data: list[Document]
    has_more: bool


class JobList(msgspec.Struct, kw_only=True):
    """Jobs."""

    object: str = "list"
    data: list[Job]


_addition = msgspec.json.Decoder(Addition)
_change = msgspec.json.Decoder(Change)


@documents.get("/v1/documents")
def listed() -> Response:
    """The documents, of one collection where that is named; `after`: the last one seen."""
    library, page = services().documents, paging.asked(1000)
    collection = request.args.get("collection")
    uids = names.collections_of([collection]) if collection else None
    after = names.document(page.after, "after").id if page.after else 0
    found = library.documents.listed(uids[0] if uids else None, after, page.limit + 1)
    told = told_documents(library, found[: page.limit], spoken_language())
    return answered(DocumentList(data=told, has_more=len(found) > page.limit))


@documents.post("/v1/documents")
@takes_files
def add() -> Response:
    """Take something in: this answers at once, and it is read afterwards."""
    found = _uploaded() if is_form() else _added(read(_addition))
    return answered(JobList(data=told_jobs(services().documents, found, spoken_language())), 202)


@documents.get("/v1/documents/<uid>")
def one(uid: str) -> Response:
    """One document."""
    return _told(uid)


@documents.patch("/v1/documents/<uid>")
def change(uid: str) -> Response:
    """Put a document into another collection, or give it other tags."""
    asked = read(_change)
    names.document(uid)
    services().documents.labels.put(
        uid,
        None if asked.collection is msgspec.UNSET else names.collection_of(asked.collection),
        None if asked.tags is None else names.tags_of(asked.tags),
    )
    return _told(uid)


@documents.delete("/v1/documents/<uid>")
def remove(uid: str) -> Response:
    """Take a document away, at once for everyone."""
    names.document(uid)
    services().documents.remove(uid)
    return answered({"id": uid, "object": "document", "deleted": True})


def _told(uid: str) -> Response:
    [told] = told_documents(services().documents, [names.document(uid)], spoken_language())
    return answered(told)


def _uploaded() -> list[KnownJob]:
    with form() as sent:
        tags = names.tags_of(tag for each in sent.fields.get("tags", ()) for tag in each.split(","))
        wanted = names.wanted(names.collection_of(sent.value("collection")), tags)
        library = services().documents
        return [library.add(each.name, each.content, wanted, each.source) for each in sent.files]


def _added(asked: Addition) -> list[KnownJob]:
    if [asked.text, asked.path, asked.url].count(None) != 2:
        raise BadRequest(_ONE_OF)
    tags = names.tags_of(asked.tags)
    if asked.text is not None:
        return [_pasted(asked, asked.text, tags)]
    field, add = ("url", _address) if asked.path is None else ("path", _of_this_machine)
    try:
        return add(asked, tags)
    except SourceRefused as error:
        error.field = field
        raise


def _of_this_machine(asked: Addition, tags: tuple[str, ...]) -> list[KnownJob]:
    _only_from_here("path")
    path = Path(asked.path or "").expanduser()
    if not path.is_absolute():
        raise wrong("path", _RELATIVE)
    return services().documents.add_path(path, _wanted(asked, tags), asked.watch)


def _address(asked: Addition, tags: tuple[str, ...]) -> list[KnownJob]:
    if asked.private:
        _only_from_here("private")
    address = (asked.url or "").strip()
    if not address:
        raise wrong("url", _EMPTY)
    wanted = _wanted(asked, tags)
    return [services().documents.add_address(address, wanted, asked.depth, asked.private)]


def _pasted(asked: Addition, text: str, tags: tuple[str, ...]) -> KnownJob:
    if not text.strip():
        raise wrong("text", _EMPTY)
    name = names.path_of(asked.name or _title(text))[-1]
    return services().documents.add(name, text.encode(), _wanted(asked, tags), f"text:{name}")


def _wanted(asked: Addition, tags: tuple[str, ...]) -> Wanted:
    return names.wanted(names.collection_of(asked.collection), tags, asked.metadata)


def _title(text: str) -> str:
    """A name for a text that has none: how it begins."""
    return text.strip().splitlines()[0][:60].replace("/", " ").strip()


def _only_from_here(field: str) -> None:
    """Whoever may ask from elsewhere may not read this machine's files, or look at its network.

    Raises: Forbidden.
    """
    if not asker().here:
        raise Forbidden(_ONLY_HERE.filled(field=field))
