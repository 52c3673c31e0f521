"""An SQLite file that many threads read and write: what documents and conversations are kept in."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BUSY_S = 30.0


class Storage:
    """Connections, one for each thread; writes happen one after the other."""

    def __init__(self, path: Path, schema: str, version: int, each: str = "") -> None:
        """`schema` makes a new file; `each`: what every connection begins with."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._each = each
        self._threads = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._writing = threading.RLock()
        with self.writing() as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in _statements(schema):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version}")

    @property
    def reading(self) -> sqlite3.Connection:
        """This thread's connection, for queries."""
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = self._threads.connection = self._connected()
        return connection

    @contextmanager
    def writing(self, lasting: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is kept, or none.

        What is not `lasting` does not wait for the disk: a power cut before the next lasting
        transaction takes it back, whole and in order. A killed program loses none of it.
        """
        with self._writing:
            connection = self.reading
            connection.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Close every thread's connection."""
        with self._writing:
            for connection in self._all:
                connection.close()
            self._all.clear()
            self._threads = threading.local()

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA temp_store = MEMORY")
        for statement in _statements(self._each):
            connection.execute(statement)
        self._all.append(connection)
        return connection


def _statements(script: str) -> Iterator[str]:
    gathered = ""
    for line in script.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""
