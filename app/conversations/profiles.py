"""Whose conversations they are: people of one household, some behind a PIN."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.conversations import pins
from app.conversations.message import new_uid
from app.errors import NotFound, ProfileLocked, TooManyTries
from app.language import Text
from app.storage import Storage

_NO_PROFILE = Text("There is no profile “{id}”.", "没有名为“{id}”的用户。")
_LOCKED = Text("This profile is behind a PIN.", "该用户已用 PIN 锁定。")
_WRONG_PIN = Text("This is not the PIN.", "PIN 不正确。")
_TOO_MANY = Text(
    "The PIN was wrong too often. Try again in {seconds} seconds.",
    "PIN 输错次数过多，请在 {seconds} 秒后重试。",
)


@dataclass(frozen=True, slots=True)
class Profile:
    """One person. `pin`: what is kept of it; None: anyone may open the profile."""

    id: int
    uid: str
    name: str
    pin: str | None = field(repr=False)
    settings: Mapping[str, Any]


class Profiles:
    """All profiles; there is always one, which is who asks without saying who."""

    def __init__(self, storage: Storage, now: Callable[[], float] = time.time) -> None:
        self._storage = storage
        self._now = now
        with storage.writing() as connection:
            if not connection.execute("SELECT 1 FROM profiles LIMIT 1").fetchone():
                _insert(connection, "", None, now())
            row = connection.execute("SELECT value FROM facts WHERE name = 'secret'").fetchone()
            self._secret = row["value"] if row else secrets.token_hex(32)
            if not row:
                connection.execute("INSERT INTO facts VALUES ('secret', ?)", (self._secret,))

    def listed(self) -> list[Profile]:
        """All of them, oldest first."""
        return [_profile(row) for row in self._storage.reading.execute(f"{_ALL} ORDER BY id")]

    def opened(self, uid: str | None, key: str) -> Profile:
        """The profile of that uid, the first one without; `key` opens it where it has a PIN.

        Raises: NotFound; ProfileLocked.
        """
        found = self.listed()[0] if uid is None else self._get(uid)
        if found.pin is not None and not hmac.compare_digest(key, self._key(found)):
            raise ProfileLocked(_LOCKED)
        return found

    def add(self, name: str, pin: str | None) -> Profile:
        """A new one."""
        with self._storage.writing() as connection:
            uid = _insert(connection, name, pin, self._now())
        return self._get(uid)

    def change(
        self, profile: Profile, name: str | None, settings: Mapping[str, Any] | None
    ) -> Profile:
        """Another name, other settings; None: as they are."""
        with self._storage.writing() as connection:
            connection.execute(
                "UPDATE profiles SET name = coalesce(?, name), settings = coalesce(?, settings)"
                " WHERE id = ?",
                (name, None if settings is None else json.dumps(settings), profile.id),
            )
        return self._get(profile.uid)

    def set_pin(self, profile: Profile, pin: str | None) -> Profile:
        """Another PIN, or none; what was opened with the old one is closed."""
        kept = None if pin is None else pins.stretched(pin)
        with self._storage.writing() as connection:
            connection.execute("UPDATE profiles SET pin = ? WHERE id = ?", (kept, profile.id))
        return self._get(profile.uid)

    def remove(self, profile: Profile) -> None:
        """Without a trace; its conversations must be gone already."""
        with self._storage.writing() as connection:
            connection.execute("DELETE FROM profiles WHERE id = ?", (profile.id,))

    def unlock(self, uid: str, pin: str) -> str:
        """The key of a profile for its PIN. Raises: NotFound; ProfileLocked; TooManyTries."""
        profile = self._get(uid)
        if profile.pin is None:
            return ""
        failures = self._note_try(profile)
        if not pins.matches(pin, profile.pin):
            wait_s = pins.wait_s(failures)
            with self._storage.writing() as connection:
                connection.execute(
                    "UPDATE profiles SET locked_until = ? WHERE id = ?",
                    (self._now() + wait_s, profile.id),
                )
            raise ProfileLocked(_WRONG_PIN)
        with self._storage.writing() as connection:
            connection.execute(
                "UPDATE profiles SET failures = 0, locked_until = 0 WHERE id = ?", (profile.id,)
            )
        return self._key(profile)

    def key(self, profile: Profile) -> str:
        """What opens it from now on; empty where nothing is needed."""
        return "" if profile.pin is None else self._key(profile)

    def _note_try(self, profile: Profile) -> int:
        """Count a try before it is made, so that several at once do not pass for one."""
        with self._storage.writing() as connection:
            row = connection.execute(
                "SELECT failures, locked_until FROM profiles WHERE id = ?", (profile.id,)
            ).fetchone()
            # A clock that was set back must not lock for longer than was ever meant.
            left_s = min(row["locked_until"] - self._now(), pins.wait_s(row["failures"]))
            if left_s > 0:
                seconds = round(left_s + 0.5)
                raise TooManyTries(_TOO_MANY.filled(seconds=seconds), seconds)
            connection.execute(
                "UPDATE profiles SET failures = failures + 1 WHERE id = ?", (profile.id,)
            )
        return int(row["failures"]) + 1

    def _get(self, uid: str) -> Profile:
        row = self._storage.reading.execute(f"{_ALL} WHERE uid = ?", (uid,)).fetchone()
        if row is None:
            raise NotFound(_NO_PROFILE.filled(id=uid), "profile")
        return _profile(row)

    def _key(self, profile: Profile) -> str:
        text = f"{profile.uid} {profile.pin}".encode()
        return hmac.new(bytes.fromhex(self._secret), text, hashlib.sha256).hexdigest()


_ALL = "SELECT id, uid, name, pin, settings FROM profiles"


def _insert(connection: sqlite3.Connection, name: str, pin: str | None, created: float) -> str:
    uid, kept = new_uid("profile"), None if pin is None else pins.stretched(pin)
    connection.execute(
        "INSERT INTO profiles (uid, name, pin, settings, created) VALUES (?, ?, ?, '{}', ?)",
        (uid, name, kept, created),
    )
    return uid


def _profile(row: sqlite3.Row) -> Profile:
    settings = json.loads(row["settings"])
    return Profile(row["id"], row["uid"], row["name"], row["pin"], settings)
