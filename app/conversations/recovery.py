"""Brings what can be read of a damaged file of conversations into a new one."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from app.conversations import index, pins
from app.conversations.message import new_uid
from app.storage import Storage, salvaged

TABLES = ("profiles", "conversations", "messages", "pieces", "pictures", "facts")
RECOVERED = "Recovered"


def recover(storage: Storage, damaged: Path, pins_file: Path) -> int:
    """Keep what can be read, and have it found by its words; returns how many messages those are.

    Conversations whose own row is lost come back without a title. What belonged to a profile whose
    row is lost comes back in one of its own, behind a new PIN in `pins_file`, which only the owner
    of the folder can read: it is nobody else's, and where only one person is, it is theirs.
    """
    rows = {table: salvaged(damaged, table) for table in TABLES}
    _keep(_bring_back_lost(rows), pins_file)
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


def _bring_back_lost(rows: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    """Returns the new PINs, by the names of profiles."""
    found = _profiles(rows)
    known = {row["id"] for row in rows["conversations"]}
    for message in rows["messages"]:
        if message["conversation"] not in known:
            known.add(message["conversation"])
            rows["conversations"].append(_conversation(message, found.of_unknown))
    last = {row["conversation"]: row["uid"] for row in _in_order(rows["messages"])}
    uids = {row["uid"] for row in rows["messages"]}
    for conversation in rows["conversations"]:
        if conversation["leaf"] not in uids:
            conversation["leaf"] = last.get(conversation["id"])
    rows["profiles"] += found.made
    return found.pins


class _Found(NamedTuple):
    """`of_unknown`: whose conversations are of which nothing tells whose they were."""

    made: list[dict[str, Any]]
    pins: dict[str, str]
    of_unknown: int


def _profiles(rows: dict[str, list[dict[str, Any]]]) -> _Found:
    """The profiles whose rows are lost."""
    present = {row["id"] for row in rows["profiles"]}
    named = {row["profile"] for row in rows["conversations"]}
    lost = sorted(named - present)
    if len(present | named) <= 1:
        one = next(iter(present | named), 1)
        return _Found([] if present else [_profile(one, "", None)], {}, one)
    known = {row["id"] for row in rows["conversations"]}
    if not {row["conversation"] for row in rows["messages"]} <= known:
        lost.append(max(present | named) + 1)
    made, pins_ = [], {}
    for number, profile in enumerate(lost, 1):
        name, pin = f"{RECOVERED} {number}", f"{secrets.randbelow(10**6):06}"
        made.append(_profile(profile, name, pins.stretched(pin)))
        pins_[name] = pin
    return _Found(made, pins_, lost[-1] if lost else min(present))


def _keep(found: dict[str, str], path: Path) -> None:
    if found:
        path.touch(mode=0o600)
        path.write_text("".join(f"{name}: {pin}\n" for name, pin in found.items()), "utf-8")


def _in_order(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: int(row["id"]))


def _profile(number: int, name: str, pin: str | None) -> dict[str, Any]:
    return {
        "id": number,
        "uid": new_uid("profile"),
        "name": name,
        "pin": pin,
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
