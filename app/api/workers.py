"""The threads that handle connections: as many as are busy, within limits."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from typing import Protocol

_log = logging.getLogger(__name__)

_IDLE_S = 30.0  # how long an idle thread beyond the minimum stays


class Connection(Protocol):
    """An open connection with a request to read."""

    def communicate(self) -> bool:
        """Handle one request; whether another may follow."""

    def close(self) -> None:
        """Hang up."""

    def abort(self) -> None:
        """Make whoever reads or writes on it stop at once; from any thread."""


class Keeper(Protocol):
    """Who waits for a connection's next request."""

    def put_conn(self, conn: Connection) -> None:
        """Take a connection back."""


class Workers:
    """A pool for cheroot, whose own grows only when told to and can't give up on a thread.

    Source: cheroot/workers/threadpool.py: what HTTPServer asks of its `requests`.
    """

    def __init__(self, keeper: Keeper, least: int, most: int) -> None:
        self.min = least
        self.max = most
        self._keeper = keeper
        self._queue: queue.SimpleQueue[Connection | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._busy: set[Connection] = set()
        self._idle = 0  # threads without work, less the work that is queued for them
        self._stopping = False

    def start(self) -> None:
        """Nothing to do: the first connection brings the first thread."""

    def put(self, connection: Connection) -> None:
        """Hand over a connection on which a request has begun to arrive."""
        with self._lock:
            self._idle -= 1
            if self._idle < 0 and len(self._threads) < self.max and not self._stopping:
                self._begin_thread()
        self._queue.put(connection)

    def stop(self, timeout: float | None = 5) -> None:
        """Let every thread finish what it does; after `timeout` seconds, break off the rest."""
        with self._lock:
            self._stopping = True
            threads = tuple(self._threads)
        for _ in threads:
            self._queue.put(None)
        if not _joined(threads, timeout or 0):
            for connection in tuple(self._busy):
                connection.abort()
            _joined(threads, 0.5)

    @property
    def busy(self) -> int:
        """How many connections are being handled."""
        return len(self._busy)

    def _begin_thread(self) -> None:
        thread = threading.Thread(target=self._work, name="http", daemon=True)
        self._threads.add(thread)
        self._idle += 1
        thread.start()

    def _work(self) -> None:
        while (connection := self._next()) is not None:
            self._handle(connection)
            with self._lock:
                self._idle += 1
        with self._lock:
            self._threads.discard(threading.current_thread())

    def _next(self) -> Connection | None:
        while True:
            try:
                return self._queue.get(timeout=_IDLE_S)
            except queue.Empty:
                with self._lock:
                    if self._idle > 0 and len(self._threads) > self.min:
                        self._idle -= 1
                        return None

    def _handle(self, connection: Connection) -> None:
        self._busy.add(connection)
        keep = False
        try:
            keep = connection.communicate()
        except Exception:
            _log.exception("a connection failed")
        # Before it goes back: another thread may have it an instant later.
        self._busy.discard(connection)
        with contextlib.suppress(OSError, ValueError):  # broken meanwhile
            if keep:
                self._keeper.put_conn(connection)
            else:
                connection.close()


def _joined(threads: tuple[threading.Thread, ...], timeout_s: float) -> bool:
    """Whether all threads end within a time."""
    end = time.monotonic() + timeout_s
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)
