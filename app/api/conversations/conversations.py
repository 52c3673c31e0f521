"""/v1/conversations: what was said, found and put in order."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response, request

from app.api.conversations.who import asker, conversation
from app.api.conversations.wire import (
    ConversationList,
    Title,
    told_conversation,
    told_whole,
)
from app.api.documents import paging
from app.api.documents.search import Filter
from app.api.services import services
from app.api.wire import answered, read

conversations = Blueprint("conversations", __name__)

MOST_LISTED = 500
MOST_SKIPPED = 1_000_000


class NewConversation(msgspec.Struct):
    """A conversation in which nothing is said yet; its title can come from its first question."""

    title: Title = ""
    folder: Title = ""
    filter: Filter | None = None


class ChangedConversation(msgspec.Struct):
    """What is left out stays. `leaf`: the message at the end of the branch to be shown.

    `filter`: the documents that it looks into from now on; null: none.
    """

    title: Title | None = None
    folder: Title | None = None
    pinned: bool | None = None
    leaf: str | None = None
    filter: Filter | msgspec.UnsetType | None = msgspec.UNSET


_new = msgspec.json.Decoder(NewConversation)
_change = msgspec.json.Decoder(ChangedConversation)


@conversations.get("/v1/conversations")
def listed() -> Response:
    """Those in which something was said; of these, the ones with all words of `query`."""
    kept, profile = services().conversing, asker()
    limit = paging.number("limit", 100, MOST_LISTED)
    if query := request.args.get("query", "").strip():
        found = kept.conversations.search(profile, query, limit + 1)
    else:
        skip = paging.number("skip", 0, MOST_SKIPPED)
        deleted = request.args.get("deleted") == "true"
        found = kept.conversations.listed(profile, limit + 1, skip, deleted)
    told = [told_conversation(each, kept.writings.get(each.uid)) for each in found[:limit]]
    return answered(ConversationList(data=told, has_more=len(found) > limit))


@conversations.post("/v1/conversations")
def add() -> Response:
    """Begin one."""
    asked, profile = read(_new), asker()
    kept = services().conversing.conversations
    made = kept.add(profile, asked.title, asked.folder, _plain(asked.filter))
    return answered(told_conversation(made), 201)


@conversations.get("/v1/conversations/<uid>")
def one(uid: str) -> Response:
    """One with all its messages."""
    return answered(_whole(uid))


@conversations.patch("/v1/conversations/<uid>")
def change(uid: str) -> Response:
    """Rename it, put it into a folder, pin it, show another branch, look into other documents."""
    asked, found, kept = read(_change), conversation(uid), services().conversing.conversations
    if asked.filter is not msgspec.UNSET:
        kept.look_into(found, _plain(asked.filter))
    kept.change(
        found,
        title=asked.title,
        folder=asked.folder,
        pinned=asked.pinned,
        leaf=asked.leaf,
    )
    return answered(told_conversation(conversation(uid)))


@conversations.delete("/v1/conversations/<uid>")
def remove(uid: str) -> Response:
    """Throw it away: for a month it can be restored. With `forever=true` it cannot."""
    kept, found = services().conversing, conversation(uid)
    kept.stop(found)
    if request.args.get("forever") == "true":
        kept.conversations.delete([found])
    else:
        kept.conversations.throw_away(found)
    return answered({"id": uid, "object": "conversation", "deleted": True})


@conversations.post("/v1/conversations/<uid>/restore")
def restore(uid: str) -> Response:
    """Bring back what was thrown away."""
    services().conversing.conversations.bring_back(conversation(uid))
    return answered(told_conversation(conversation(uid)))


@conversations.get("/v1/conversations/<uid>/pictures/<picture>")
def picture(uid: str, picture: str) -> Response:
    """A picture of a message."""
    mime, data = services().conversing.conversations.picture(conversation(uid), picture)
    response = Response(data, mimetype=mime)
    response.headers["Content-Disposition"] = "attachment"  # never a page of this site
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _plain(chosen: Filter | None) -> dict[str, Any] | None:
    return None if chosen is None else msgspec.to_builtins(chosen)


def _whole(uid: str) -> object:
    kept, found = services().conversing, conversation(uid)
    # First the writing: what ends in between is complete among the messages.
    writing = kept.writings.get(uid)
    return told_whole(found, kept.conversations.messages(found), writing)
