"""An SQLite file that many threads read and write: what documents and conversations are kept in.

One that is damaged is put aside and begun anew; whoever opens it brings back what can be read.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

BUSY_S = 30.0
SUSPECT = ".suspect"
"""Beside a file that something damaged was read from: it is looked through when next opened."""

CHECKED_BYTES = 32 << 20
"""A file up to this size is always looked through first; of a large one that takes long."""

DAMAGED = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))


class Storage:
    """Connections, one for each thread; writes happen one after the other."""

    def __init__(
        self,
        path: Path,
        schema: str,
        version: int,
        each: str = "",
        mends: bool = True,
        steps: Sequence[str] = (),
    ) -> None:
        """`schema` makes a new file; `each`: what every connection begins with.

        `steps`: what makes a file of version 1 one of version 2, and so on.

        `mends`: a damaged file is put aside; whoever opened it brings back what can be read of
        `aside`, and says so by `mended`. Raises: sqlite3.Error.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._each = each
        self._steps = steps
        self._threads = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._writing = threading.RLock()
        self._closed = False
        self.aside: Path | None = None  # where what was there lies, if it was damaged
        try:
            self._begin(schema, version)
        except sqlite3.DatabaseError as error:
            if not mends or not is_damage(error):
                raise
            self.close()
            _unmended(path).write_text(put_aside(path).name, encoding="utf-8")
            self._closed = False
            self._begin(schema, version)
        with suppress(OSError):
            self.aside = path.with_name(_unmended(path).read_text(encoding="utf-8"))

    def mended(self) -> None:
        """What could be read of the file that was damaged is in this one."""
        _unmended(self._path).unlink(missing_ok=True)

    def _begin(self, schema: str, version: int) -> None:
        _look_through(self._path)
        with self.writing() as connection:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found < version:
                for script in [schema] if found == 0 else self._steps[found - 1 :]:
                    for statement in _statements(script):
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
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk has ended it already
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close every thread's connection."""
        with self._writing:
            self._closed = True
            for connection in self._all:
                connection.close()
            self._all.clear()
            self._threads = threading.local()

    def _connected(self) -> sqlite3.Connection:
        if self._closed:
            raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
        connection = sqlite3.connect(
            self._path,
            timeout=BUSY_S,
            isolation_level=None,
            check_same_thread=False,
            factory=_Connection,
        )
        connection.path = self._path
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA temp_store = MEMORY")
        for statement in _statements(self._each):
            connection.execute(statement)
        self._all.append(connection)
        return connection


class _Connection(sqlite3.Connection):
    """Notes that its file may be damaged, for the next one that opens it."""

    path: Path

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        """As sqlite3 has it."""
        try:
            return super().execute(*arguments)
        except sqlite3.DatabaseError as error:
            if is_damage(error):
                with suppress(OSError):
                    _suspect(self.path).touch()
            raise


def is_damage(error: Exception) -> bool:
    """Whether SQLite says that a file is not what it should be."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in DAMAGED


def put_aside(path: Path) -> Path:
    """Rename a file or folder, and what SQLite keeps beside it; the new path. Raises: OSError."""
    name = f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    target = path.with_name(name)
    while target.exists():
        target = target.with_name(f"{target.name}-")
    for ending in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(target.with_name(target.name + ending))
    path.rename(target)
    _suspect(path).unlink(missing_ok=True)
    return target


def salvaged(path: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a damaged file's table that can be read: from its beginning, and from its end."""
    found: dict[Any, dict[str, Any]] = {}
    for order in ("ASC", "DESC"):
        with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA writable_schema = ON")  # what of it is wrong is ignored
            first = connection.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchone()
            if first is None:  # an older file has no such table
                break
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY {first[0]} {order}"):
                found[tuple(row)] = dict(row)
    return list(found.values())


def _look_through(path: Path) -> None:
    """Raises: sqlite3.DatabaseError, for a damaged file."""
    suspect = _suspect(path)
    if not path.exists() or not (suspect.exists() or path.stat().st_size <= CHECKED_BYTES):
        return
    with closing(sqlite3.connect(path, timeout=BUSY_S)) as connection:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        error = sqlite3.DatabaseError(found)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error
    if suspect.exists():
        suspect.unlink(missing_ok=True)


def _unmended(path: Path) -> Path:
    """Tells of a damaged file that nothing was brought back from yet."""
    return path.with_name(f"{path.name}.unmended")


def _suspect(path: Path) -> Path:
    return path.with_name(path.name + SUSPECT)


def _statements(script: str) -> Iterator[str]:
    gathered = ""
    for line in script.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""
