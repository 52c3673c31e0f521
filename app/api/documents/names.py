"""Names and labels as they are sent, made fit to be kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from app.api.services import services
from app.api.wire import wrong
from app.errors import NotFound
from app.language import Text

if TYPE_CHECKING:
    from app.knowledge.collections import Collection
    from app.knowledge.documents import Document
    from app.knowledge.drafts import Wanted

MOST_NAME = 200  # characters
MOST_TAGS = 50
UNNAMED = "document"

NO_DOCUMENT = Text("There is no document “{id}”.", "没有名为“{id}”的文档。")
NO_COLLECTION = Text("There is no collection “{id}”.", "没有名为“{id}”的集合。")
_TOO_LONG = Text("longer than {most} characters", "超过 {most} 个字符")
_TOO_MANY = Text("more than {most}", "超过 {most} 个")


def path_of(sent: str | None) -> tuple[str, ...]:
    """A file's name as a browser or a program sends it: its folders and itself, nothing else."""
    text = unicodedata.normalize("NFC", sent or "").replace("\\", "/")
    parts = ("".join(filter(str.isprintable, part)).strip() for part in text.split("/"))
    kept = [part[-MOST_NAME:] for part in parts if part not in ("", ".", "..")]
    if kept and kept[0].endswith(":"):  # a drive
        kept = kept[1:]
    return tuple(kept) or (UNNAMED,)


def tags_of(sent: Iterable[str], field: str = "tags") -> tuple[str, ...]:
    """Tags, each once. Raises: BadRequest."""
    tags = tuple(dict.fromkeys(tag.strip() for tag in sent if tag.strip()))
    if len(tags) > MOST_TAGS:
        raise wrong(field, _TOO_MANY.filled(most=MOST_TAGS))
    if any(len(tag) > MOST_NAME for tag in tags):
        raise wrong(field, _TOO_LONG.filled(most=MOST_NAME))
    return tags


def collection_of(sent: str | None, field: str = "collection") -> tuple[str, ...]:
    """The uid of a collection that is named by it, or by its name; one of that name is made.

    Raises: BadRequest.
    """
    if sent is None or not (name := sent.strip()):
        return ()
    if len(name) > MOST_NAME:
        raise wrong(field, _TOO_LONG.filled(most=MOST_NAME))
    collections = services().documents.collections
    return ((collections.get(name) or collections.named(name)).uid,)


def collections_of(sent: Iterable[str] | None) -> list[str] | None:
    """The uids of collections that are named by them, or by their names; unknown ones stay."""
    if sent is None:
        return None
    named: dict[str, str] = {}
    for each in services().documents.collections.listed():
        named.setdefault(each.name, each.uid)
    return [named.get(each, each) for each in sent]


def wanted(
    collections: Iterable[str] = (),
    tags: Iterable[str] = (),
    metadata: Mapping[str, Any] | None = None,
) -> Wanted:
    """What is said about a document that is added."""
    from app.knowledge.drafts import Wanted

    return Wanted(tuple(collections), tuple(tags), metadata or {})


def document(uid: str, field: str = "id") -> Document:
    """The document of that uid. Raises: NotFound."""
    found = services().documents.documents.get(uid)
    if found is None:
        raise NotFound(NO_DOCUMENT.filled(id=uid), field)
    return found


def collection(uid: str, field: str = "vector_store_id") -> Collection:
    """The collection of that uid. Raises: NotFound."""
    found = services().documents.collections.get(uid)
    if found is None:
        raise NotFound(NO_COLLECTION.filled(id=uid), field)
    return found
