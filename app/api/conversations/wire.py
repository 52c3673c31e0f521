"""Conversations and messages as they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from app.api.documents.search import Filter
from app.api.documents.wire import Citation, Passage

if TYPE_CHECKING:
    from app.conversations import conversations, message, profiles
    from app.conversations.writing import Writing

MOST_TITLE = 200  # characters
MOST_PIN = 64

Title = Annotated[str, Meta(max_length=MOST_TITLE)]
Pin = Annotated[str, Meta(min_length=4, max_length=MOST_PIN)]


class Profile(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A person of the household. `settings`: only for who opened it."""

    id: str
    name: str
    locked: bool
    settings: dict[str, Any] | None = None


class ProfileList(msgspec.Struct, kw_only=True):
    """All profiles."""

    object: str = "list"
    data: list[Profile]


class Attachment(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What goes with a message: a text, a picture (a data URL, or an id once it is kept), or a
    document of the assistant's.
    """

    kind: Literal["text", "picture", "document"]
    name: Annotated[str, Meta(max_length=500)]
    text: str | None = None
    url: str | None = None
    id: str | None = None


class Call(msgspec.Struct, kw_only=True):
    """What the model called."""

    name: str
    arguments: str


class Failure(msgspec.Struct, kw_only=True):
    """Why there is no answer, or not all of it."""

    message: str
    code: str | None = None


class Message(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One message of a conversation's tree; `parent`: the one that it follows.

    `events`: of an answer that is being written, how many of its events are in it already.
    `forgotten`: how many of the oldest turns did not fit into what the model read.
    """

    id: str
    parent: str | None
    role: Literal["user", "assistant"]
    text: str
    created: float
    state: Literal["writing", "done", "cut", "stopped", "failed"]
    thinking: str = ""
    attachments: list[Attachment] = []
    filter: Filter | None = None
    sources: list[Passage] = []
    citations: list[Citation] = []
    calls: list[Call] = []
    timings: dict[str, float] | None = None
    failure: Failure | None = None
    model: str | None = None
    forgotten: int = 0
    events: int | None = None


class Conversation(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A conversation without its messages. `leaf`: the end of the branch that is shown.

    `filter`: the documents that it looks into; left out: into none.
    """

    id: str
    title: str
    folder: str
    pinned: bool
    created: float
    changed: float
    leaf: str | None
    answering: bool = False
    deleted: float | None = None
    filter: Filter | None = None
    excerpt: str = ""


class ConversationList(msgspec.Struct, kw_only=True):
    """Conversations, pinned ones first, then the latest."""

    object: str = "list"
    data: list[Conversation]
    has_more: bool = False


class WholeConversation(Conversation, kw_only=True, omit_defaults=True):
    """A conversation with all its messages, oldest first."""

    messages: list[Message]


def told_profile(found: profiles.Profile, opened: bool = False) -> Profile:
    """A profile as it is sent."""
    settings = dict(found.settings) if opened else None
    return Profile(id=found.uid, name=found.name, locked=found.pin is not None, settings=settings)


def told_conversation(
    found: conversations.Conversation, writing: Writing | None = None
) -> Conversation:
    """A conversation as it is sent."""
    return Conversation(**_fields(found, writing))


def told_whole(
    found: conversations.Conversation, messages: list[message.Message], writing: Writing | None
) -> WholeConversation:
    """A conversation with its messages, as far as the last one is written."""
    told = [told_message(each, writing) for each in messages]
    return WholeConversation(**_fields(found, writing), messages=told)


def told_message(found: message.Message, writing: Writing | None = None) -> Message:
    """A message as it is sent."""
    events = None
    if writing is not None and writing.uid == found.uid:
        found, events = writing.so_far()
    return msgspec.convert(
        {
            "id": found.uid,
            "parent": found.parent,
            "role": found.role,
            "text": found.text,
            "created": found.created,
            "state": found.state,
            "thinking": found.thinking,
            "events": events,
            **found.extra,
        },
        Message,
    )


def _fields(found: conversations.Conversation, writing: Writing | None) -> dict[str, Any]:
    return {
        "id": found.uid,
        "title": found.title,
        "folder": found.folder,
        "pinned": found.pinned,
        "created": found.created,
        "changed": found.changed,
        "leaf": found.leaf,
        "answering": writing is not None,
        "deleted": found.deleted,
        "filter": None if found.filter is None else msgspec.convert(dict(found.filter), Filter),
        "excerpt": found.excerpt,
    }
