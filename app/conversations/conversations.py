"""The conversations of all profiles: made, renamed, put into folders, thrown away, brought back."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.conversations import index
from app.conversations.message import Message, new_uid
from app.conversations.profiles import Profile
from app.errors import NotFound
from app.language import Text
from app.storage import Storage

_NONE = Text("There is no conversation “{id}”.", "没有名为“{id}”的对话。")
_NO_MESSAGE = Text("There is no message “{id}”.", "没有名为“{id}”的消息。")
_NO_PICTURE = Text("There is no picture “{id}”.", "没有名为“{id}”的图片。")


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation; times in seconds since 1970.

    `filter`: the documents that it looks into; None: into none. `excerpt`: what of it was searched
    for.
    """

    id: int
    uid: str
    title: str
    folder: str
    pinned: bool
    leaf: str | None
    created: float
    changed: float
    deleted: float | None
    filter: Mapping[str, Any] | None
    excerpt: str = ""


class Conversations:
    """What is kept of them."""

    def __init__(self, storage: Storage, now: Callable[[], float] = time.time) -> None:
        self._storage = storage
        self._now = now

    def add(
        self,
        profile: Profile,
        title: str = "",
        folder: str = "",
        filter_: Mapping[str, Any] | None = None,
    ) -> Conversation:
        """A new, empty one."""
        now = self._now()
        with self._storage.writing() as connection:
            uid = new_uid("conversation")
            connection.execute(
                "INSERT INTO conversations"
                " (uid, profile, title, folder, pinned, created, changed, filter)"
                " VALUES (?, ?, ?, ?, 0, ?, ?, ?)",
                (uid, profile.id, title, folder, now, now, _encoded(filter_)),
            )
            found = _get(connection, profile, uid)
            index.add(connection, -found.id, title)
        return found

    def get(self, profile: Profile, uid: str) -> Conversation:
        """The conversation of that uid, thrown away or not. Raises: NotFound."""
        return _get(self._storage.reading, profile, uid)

    def listed(
        self, profile: Profile, limit: int, skip: int = 0, deleted: bool = False
    ) -> list[Conversation]:
        """Those in which something was said, pinned ones first, then the latest."""
        rows = self._storage.reading.execute(
            f"{_ALL} WHERE profile = ? AND deleted IS {'NOT' if deleted else ''} NULL"
            " AND leaf IS NOT NULL ORDER BY pinned DESC, changed DESC LIMIT ? OFFSET ?",
            (profile.id, limit, skip),
        )
        return [_conversation(row) for row in rows]

    def search(self, profile: Profile, query: str, limit: int) -> list[Conversation]:
        """Those in which one message, or the title, has all words; the latest first."""
        wanted = index.expression(query)
        if not wanted:
            return []
        rows = self._storage.reading.execute(
            _SEARCH, {"wanted": wanted, "profile": profile.id, "limit": limit}
        )
        return [
            _conversation(row, index.excerpt(row["text"], query) if row["text"] else "")
            for row in rows
        ]

    def change(
        self,
        conversation: Conversation,
        *,
        title: str | None = None,
        folder: str | None = None,
        pinned: bool | None = None,
        leaf: str | None = None,
    ) -> None:
        """Give it another title or place, or show another branch; None: as it is."""
        with self._storage.writing() as connection:
            if leaf is not None:
                _message_row(connection, conversation, leaf)
            if title is not None:
                _retitle(connection, conversation.id, title)
            connection.execute(
                "UPDATE conversations SET folder = coalesce(?, folder),"
                " pinned = coalesce(?, pinned), leaf = coalesce(?, leaf) WHERE id = ?",
                (folder, pinned, leaf, conversation.id),
            )

    def look_into(self, conversation: Conversation, filter_: Mapping[str, Any] | None) -> None:
        """From now on, the documents that fit this; None: none."""
        with self._storage.writing() as connection:
            connection.execute(
                "UPDATE conversations SET filter = ? WHERE id = ?",
                (_encoded(filter_), conversation.id),
            )

    def throw_away(self, conversation: Conversation) -> None:
        """Out of the lists; it can be brought back."""
        self._set_deleted(conversation, self._now())

    def bring_back(self, conversation: Conversation) -> None:
        """Into the lists again."""
        self._set_deleted(conversation, None)

    def messages(self, conversation: Conversation) -> list[Message]:
        """All its messages, of every branch, oldest first."""
        rows = self._storage.reading.execute(
            f"{_MESSAGES} WHERE conversation = ? ORDER BY id", (conversation.id,)
        ).fetchall()
        return [self._as_far_as_written(row) for row in rows]

    def message(self, conversation: Conversation, uid: str) -> Message:
        """One of its messages. Raises: NotFound."""
        return self._as_far_as_written(_message_row(self._storage.reading, conversation, uid))

    def say(
        self, conversation: Conversation, messages: Sequence[Message], title: str | None = None
    ) -> None:
        """Keep new messages; the last ends the branch that is shown. `title`: if it has none."""
        with self._storage.writing() as connection:
            for each in messages:
                if each.parent is not None:
                    _message_row(connection, conversation, each.parent)
                _insert(connection, conversation.id, each)
            connection.execute(
                "UPDATE conversations SET leaf = ?, changed = ? WHERE id = ?",
                (messages[-1].uid, self._now(), conversation.id),
            )
            current = connection.execute(f"{_ALL} WHERE id = ?", (conversation.id,)).fetchone()
            if title and not current["title"]:
                _retitle(connection, conversation.id, title)

    def write(self, message: Message) -> None:
        """Keep all of an answer. What ended is found by its words, and outlasts a power cut."""
        ended = message.state != "writing"
        with self._storage.writing(lasting=ended) as connection:
            kept = connection.execute(
                "SELECT id, state, text FROM messages WHERE uid = ?", (message.uid,)
            ).fetchone()
            if kept is None:  # it was deleted for good meanwhile
                return
            if kept["state"] != "writing":
                index.remove(connection, kept["id"], kept["text"])
            connection.execute(
                "UPDATE messages SET text = ?, thinking = ?, state = ?, extra = ? WHERE id = ?",
                (*_content(message), kept["id"]),
            )
            connection.execute("DELETE FROM pieces WHERE message = ?", (message.uid,))
            if ended:
                index.add(connection, kept["id"], message.text)

    def append(self, message: Message, number: int, event: Mapping[str, Any]) -> None:
        """Keep what came to an answer since it was kept whole; a killed program loses none."""
        with self._storage.writing(lasting=False) as connection:
            connection.execute(
                "INSERT INTO pieces (message, number, event) VALUES (?, ?, ?)",
                (message.uid, number, json.dumps(event)),
            )

    def picture(self, conversation: Conversation, uid: str) -> tuple[str, bytes]:
        """A picture's type and its bytes. Raises: NotFound."""
        row = self._storage.reading.execute(
            "SELECT mime, data FROM pictures WHERE conversation = ? AND uid = ?",
            (conversation.id, uid),
        ).fetchone()
        if row is None:
            raise NotFound(_NO_PICTURE.filled(id=uid), "picture")
        return row["mime"], row["data"]

    def add_picture(self, conversation: Conversation, mime: str, data: bytes) -> str:
        """Keep a picture; returns its uid."""
        uid = new_uid("picture")
        with self._storage.writing() as connection:
            connection.execute(
                "INSERT INTO pictures (uid, conversation, mime, data) VALUES (?, ?, ?, ?)",
                (uid, conversation.id, mime, data),
            )
        return uid

    def end_unfinished(self) -> None:
        """What was being written when the program was killed has stopped."""
        rows = self._storage.reading.execute(f"{_MESSAGES} WHERE state = 'writing'").fetchall()
        for row in rows:
            self.write(replace(self._as_far_as_written(row), state="stopped"))

    def delete(self, conversations: Iterable[Conversation]) -> None:
        """For good."""
        with self._storage.writing() as connection:
            for each in conversations:
                _delete(connection, each)

    def delete_old(self, older_than_s: float) -> None:
        """For good what was thrown away long ago, and in what nothing was ever said."""
        before = self._now() - older_than_s
        rows = self._storage.reading.execute(
            f"{_ALL} WHERE deleted < ? OR (leaf IS NULL AND created < ?)", (before, before)
        ).fetchall()
        self.delete(map(_conversation, rows))

    def all_of(self, profile: Profile) -> list[Conversation]:
        """Every one of a profile, thrown away ones too."""
        rows = self._storage.reading.execute(f"{_ALL} WHERE profile = ?", (profile.id,))
        return [_conversation(row) for row in rows]

    def _as_far_as_written(self, row: sqlite3.Row) -> Message:
        message = _message(row)
        if message.state == "writing":
            pieces = self._storage.reading.execute(
                "SELECT event FROM pieces WHERE message = ? ORDER BY number", (message.uid,)
            )
            for piece in pieces.fetchall():
                message = message.grown(json.loads(piece["event"]))
        return message

    def _set_deleted(self, conversation: Conversation, when: float | None) -> None:
        with self._storage.writing() as connection:
            connection.execute(
                "UPDATE conversations SET deleted = ? WHERE id = ?", (when, conversation.id)
            )


_COLUMNS = "uid, title, folder, pinned, leaf, created, changed, deleted, filter"
_ALL = f"SELECT id, {_COLUMNS} FROM conversations"
_MESSAGES = "SELECT id, uid, parent, role, text, thinking, state, created, extra FROM messages"
# The rowid of a title is its conversation's, below zero.
_SEARCH = f"""
WITH places AS (
    SELECT -rowid AS conversation, NULL AS message FROM found
    WHERE found MATCH :wanted AND rowid < 0
    UNION ALL
    SELECT conversation, id FROM messages
    WHERE id IN (SELECT rowid FROM found WHERE found MATCH :wanted)
),
best AS (SELECT conversation, max(message) AS message FROM places GROUP BY conversation)
SELECT conversations.id, {_COLUMNS},
    (SELECT text FROM messages WHERE messages.id = best.message) AS text
FROM best JOIN conversations ON conversations.id = best.conversation
WHERE profile = :profile AND deleted IS NULL AND leaf IS NOT NULL
ORDER BY changed DESC LIMIT :limit
"""


def _get(connection: sqlite3.Connection, profile: Profile, uid: str) -> Conversation:
    row = connection.execute(f"{_ALL} WHERE profile = ? AND uid = ?", (profile.id, uid)).fetchone()
    if row is None:
        raise NotFound(_NONE.filled(id=uid), "id")
    return _conversation(row)


def _retitle(connection: sqlite3.Connection, id_: int, title: str) -> None:
    old = connection.execute("SELECT title FROM conversations WHERE id = ?", (id_,)).fetchone()
    index.remove(connection, -id_, old["title"])
    index.add(connection, -id_, title)
    connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, id_))


def _insert(connection: sqlite3.Connection, conversation: int, message: Message) -> None:
    row = connection.execute(
        "INSERT INTO messages"
        " (text, thinking, state, extra, uid, conversation, parent, role, created)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *_content(message),
            *(message.uid, conversation, message.parent, message.role, message.created),
        ),
    ).lastrowid
    assert row is not None, "an insertion has a row"
    if message.state != "writing":
        index.add(connection, row, message.text)


def _delete(connection: sqlite3.Connection, conversation: Conversation) -> None:
    for row in connection.execute(
        "SELECT id, text FROM messages WHERE conversation = ? AND state != 'writing'",
        (conversation.id,),
    ).fetchall():
        index.remove(connection, row["id"], row["text"])
    index.remove(connection, -conversation.id, conversation.title)
    connection.execute(
        "DELETE FROM pieces WHERE message IN (SELECT uid FROM messages WHERE conversation = ?)",
        (conversation.id,),
    )
    for table, column in (
        ("messages", "conversation"),
        ("pictures", "conversation"),
        ("conversations", "id"),
    ):
        connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (conversation.id,))


def _message_row(
    connection: sqlite3.Connection, conversation: Conversation, uid: str
) -> sqlite3.Row:
    found: sqlite3.Row | None = connection.execute(
        f"{_MESSAGES} WHERE conversation = ? AND uid = ?", (conversation.id, uid)
    ).fetchone()
    if found is None:
        raise NotFound(_NO_MESSAGE.filled(id=uid), "message")
    return found


def _content(message: Message) -> tuple[str, str, str, str]:
    return message.text, message.thinking, message.state, json.dumps(dict(message.extra))


def _conversation(row: sqlite3.Row, excerpt: str = "") -> Conversation:
    return Conversation(
        *(row["id"], row["uid"], row["title"], row["folder"], bool(row["pinned"]), row["leaf"]),
        *(row["created"], row["changed"], row["deleted"]),
        *(json.loads(row["filter"]) if row["filter"] else None, excerpt),
    )


def _encoded(filter_: Mapping[str, Any] | None) -> str | None:
    return None if filter_ is None else json.dumps(dict(filter_))


def _message(row: sqlite3.Row) -> Message:
    return Message(
        *(row["uid"], row["parent"], row["role"], row["text"], row["created"]),
        *(row["thinking"], row["state"], json.loads(row["extra"])),
    )
