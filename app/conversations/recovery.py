"""Brings what can be read of a damaged file of conversations into a new one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.conversations import index
from app.conversations.message import new_uid
from app.storage import Storage, salvaged

TABLES = ("profiles", "conversations", "messages", "pictures", "facts")


def recover(storage: Storage, damaged: Path) -> int:
    """Keep what can be read, and have it found by its words; returns how many messages those are.

    Conversations whose own row is lost come back without a title, for the first profile.
    """
    rows = {table: salvaged(damaged, table) for table in TABLES}
    _bring_back_lost(rows)
    with storage.writing() as connection:
        for table in TABLES:
            _insert(connection, table, rows[table])
        for conversation in connection.execute("SELECT id, title FROM conversations").fetchall():
            index.add(connection, -conversation["id"], conversation["title"])
        messages = connection.execute("SELECT id, text, state FROM messages").fetchall()
        for message in messages:
            if message["state"] != "writing":
                index.add(connection, message["id"], message["text"])
    return len(messages)


def _bring_back_lost(rows: dict[str, list[dict[str, Any]]]) -> None:
    profiles = {row["id"] for row in rows["profiles"]}
    if not profiles:
        rows["profiles"].append(_profile())
        profiles.add(1)
    for conversation in rows["conversations"]:
        if conversation["profile"] not in profiles:
            conversation["profile"] = min(profiles)
    known = {row["id"] for row in rows["conversations"]}
    for message in rows["messages"]:
        if message["conversation"] not in known:
            known.add(message["conversation"])
            rows["conversations"].append(_conversation(message, min(profiles)))
    last = {row["conversation"]: row["uid"] for row in _in_order(rows["messages"])}
    uids = {row["uid"] for row in rows["messages"]}
    for conversation in rows["conversations"]:
        if conversation["leaf"] not in uids:
            conversation["leaf"] = last.get(conversation["id"])


def _in_order(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: int(row["id"]))


def _profile() -> dict[str, Any]:
    return {
        "id": 1,
        "uid": new_uid("profile"),
        "name": "",
        "settings": json.dumps({}),
        "created": 0.0,
    }


def _conversation(message: dict[str, Any], profile: int) -> dict[str, Any]:
    return {
        "id": message["conversation"],
        "uid": new_uid("conversation"),
        "profile": profile,
        "title": "",
        "folder": "",
        "pinned": 0,
        "leaf": message["uid"],
        "created": message["created"],
        "changed": message["created"],
        "deleted": None,
    }


def _insert(connection: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    for row in rows:
        kept = {name: value for name, value in row.items() if name in columns}
        connection.execute(
            f"INSERT OR IGNORE INTO {table} ({', '.join(kept)})"
            f" VALUES ({', '.join('?' * len(kept))})",
            tuple(kept.values()),
        )
