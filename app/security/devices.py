"""Who was let in: paired devices and API keys, each known by the hash of its secret alone."""

from __future__ import annotations

import hashlib
import secrets
import socket
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from app.errors import DevicesFailed, NotFound
from app.language import Text
from app.storage import Storage

Kind = Literal["device", "key"]

FILE = "devices.db"
NOTED_EACH_S = 60.0  # how exactly the last use is kept
MOST_NAME = 80

_SCHEMA = """
CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    created REAL NOT NULL,
    used REAL NOT NULL
);
"""
_GONE = Text("There is no device “{id}”.", "没有设备“{id}”。")
_FAILED = Text(
    "The list of devices in {folder} cannot be opened: {reason}.",
    "无法打开 {folder} 中的设备列表：{reason}。",
)


@dataclass(frozen=True, slots=True)
class Grant:
    """One that was let in. `created`, `used`: Unix time."""

    id: str
    kind: Kind
    name: str
    created: float
    used: float


class Devices:
    """All of them, in a folder. Raises: DevicesFailed, where that cannot be used."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.RLock()
        self._connections: defaultdict[str, set[socket.socket]] = defaultdict(set)
        try:
            self._storage = Storage(folder / FILE, _SCHEMA, 1)
            # Every request asks, so that nobody waits for the disk.
            self._by_hash = _read(self._storage)
        except (OSError, sqlite3.Error) as error:
            raise DevicesFailed(_FAILED.filled(folder=folder, reason=error)) from error

    def admit(self, kind: Kind, name: str) -> tuple[Grant, str]:
        """Let one in; the secret by which it is known from now on, kept nowhere."""
        secret, now = secrets.token_urlsafe(32), self._now()
        grant = Grant(f"{kind}-{secrets.token_hex(8)}", kind, name[:MOST_NAME], now, now)
        row = (grant.id, kind, grant.name, _hashed(secret), now, now)
        with self._lock:
            with self._storage.writing() as connection:
                connection.execute("INSERT INTO grants VALUES (?, ?, ?, ?, ?, ?)", row)
            self._by_hash[_hashed(secret)] = grant
        return grant, secret

    def holder(self, secret: str) -> Grant | None:
        """Whose secret it is; notes that it was used."""
        hashed = _hashed(secret)
        with self._lock:
            found = self._by_hash.get(hashed)
            if found is not None and abs(self._now() - found.used) > NOTED_EACH_S:
                found = self._by_hash[hashed] = replace(found, used=self._now())
                self._note_use(found)
        return found

    def listed(self, kind: Kind) -> list[Grant]:
        """Those of a kind, the newest first."""
        with self._lock:
            found = [each for each in self._by_hash.values() if each.kind == kind]
        return sorted(found, key=lambda each: -each.created)

    def rename(self, uid: str, name: str) -> Grant:
        """Another name. Raises: NotFound."""
        with self._lock:
            hashed, found = self._found(uid)
            found = self._by_hash[hashed] = replace(found, name=name[:MOST_NAME])
            with self._storage.writing() as connection:
                connection.execute("UPDATE grants SET name = ? WHERE id = ?", (found.name, uid))
        return found

    def revoke(self, uid: str) -> None:
        """Let it in no more, and break off what it is just doing. Raises: NotFound."""
        with self._lock:
            hashed, _ = self._found(uid)
            with self._storage.writing() as connection:
                connection.execute("DELETE FROM grants WHERE id = ?", (uid,))
            del self._by_hash[hashed]
            connections = self._connections.pop(uid, set())
        for each in connections:
            with suppress(OSError):  # gone already
                socket.socket.shutdown(each, socket.SHUT_RDWR)  # beneath TLS, if that is spoken

    def come(self, grant: Grant, connection: socket.socket) -> None:
        """It asks on this connection. Whoever was revoked a moment before is not let in."""
        with self._lock:
            self._found(grant.id)
            self._connections[grant.id].add(connection)

    def leave(self, grant: Grant, connection: socket.socket) -> None:
        """The connection may serve another now."""
        with self._lock:
            self._connections[grant.id].discard(connection)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._storage.close()

    def _found(self, uid: str) -> tuple[str, Grant]:
        for hashed, grant in self._by_hash.items():
            if grant.id == uid:
                return hashed, grant
        raise NotFound(_GONE.filled(id=uid), "id")

    def _note_use(self, grant: Grant) -> None:
        # Worth no failure: a full disk must not lock anyone out.
        with suppress(sqlite3.Error), self._storage.writing(lasting=False) as connection:
            connection.execute("UPDATE grants SET used = ? WHERE id = ?", (grant.used, grant.id))


def _read(storage: Storage) -> dict[str, Grant]:
    rows = storage.reading.execute("SELECT * FROM grants")
    return {
        row["hash"]: Grant(row["id"], row["kind"], row["name"], row["created"], row["used"])
        for row in rows
    }


def _hashed(secret: str) -> str:
    # Random enough that nothing is gained by stretching it.
    return hashlib.sha256(secret.encode()).hexdigest()
