"""The replies on their way just now: each ends when its client goes, all when the program ends."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from typing import Protocol

from app.errors import Cancelled
from app.language import Text

# Windows' select() notices a newly watched connection only when it is called again.
_ROUND_S = 0.25

_ENDING = Text("The assistant is closing.", "助手正在退出。")


class Cancellable(Protocol):
    """A reply that can be ended early, from any thread and repeatedly."""

    def cancel(self) -> None:
        """End it."""


class Watch:
    """The eye kept on one reply. `left`: its client went; `ended`: the program is ending."""

    def __init__(
        self, running: Running, reply: Cancellable, connection: socket.socket | None
    ) -> None:
        self._running = running
        self._reply = reply
        self.connection = connection
        self.left = False
        self.ended = False

    def cancel(self) -> None:
        """End the reply early."""
        self._reply.cancel()

    def close(self) -> None:
        """The reply is complete, or given up. Repeatable."""
        self._running.forget(self)
        self._reply.cancel()

    def raise_if_ended(self) -> None:
        """An answer that the end of the program cut short is not a complete one.

        Raises: Cancelled.
        """
        if self.ended:
            raise Cancelled(_ENDING)


class Running:
    """Watches the connections of running replies, on a thread that begins with the first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watches: set[Watch] = set()
        self._ended = False
        self._selector: selectors.BaseSelector | None = None

    def watch(self, reply: Cancellable, connection: socket.socket | None) -> Watch:
        """Keep an eye on a reply until the watch's `close`. `connection` None: none to look at.

        Raises: Cancelled when the program is ending.
        """
        watch = Watch(self, reply, connection)
        with self._changed:
            if self._ended:
                reply.cancel()
                raise Cancelled(_ENDING)
            self._watches.add(watch)
            if connection is not None:
                self._watched().register(connection, selectors.EVENT_READ, watch)
                self._changed.notify()
        return watch

    def forget(self, watch: Watch) -> None:
        """Look no more."""
        with self._changed:
            self._watches.discard(watch)
            if watch.connection is not None:
                self._unregister(watch.connection)

    def end(self) -> None:
        """Cancel every reply, and accept no more."""
        with self._changed:
            self._ended = True
            for watch in self._watches:
                watch.ended = True
                watch.cancel()
            self._changed.notify()

    def __len__(self) -> int:
        return len(self._watches)

    def _unregister(self, connection: socket.socket) -> None:
        with contextlib.suppress(KeyError, ValueError):  # looked at already
            self._watched().unregister(connection)

    def _watched(self) -> selectors.BaseSelector:
        if self._selector is None:
            self._selector = selectors.DefaultSelector()
            threading.Thread(target=self._watch, name="departures", daemon=True).start()
        return self._selector

    def _watch(self) -> None:
        selector = self._watched()
        while self._anyone(selector):
            for key, _ in selector.select(_ROUND_S):
                self._look(key.data)
        selector.close()

    def _look(self, watch: Watch) -> None:
        """A connection has something to say: most likely that it is closed."""
        with self._changed:
            # One that is forgotten may have another reader by now.
            if watch not in self._watches or watch.connection is None:
                return
            heard = _peek(watch.connection)
            if heard is None:  # the event was for an earlier connection with the same number
                return
            if not heard:
                watch.left = True
                watch.cancel()
            # Gone, or sending its next request already: nothing more to learn by looking.
            self._unregister(watch.connection)

    def _anyone(self, selector: selectors.BaseSelector) -> bool:
        """Wait until a connection is watched; False once the program ends and none is left."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or selector.get_map())
            return bool(selector.get_map())


def _peek(connection: socket.socket) -> bytes | None:
    """The next byte of a connection, none if it is closed; None if nothing is there yet."""
    # A second object for the same socket, for the first one would wait as long as its timeout.
    probe = socket.socket(connection.family, connection.type, connection.proto, connection.fileno())
    try:
        probe.setblocking(False)
        heard = probe.recv(5, socket.MSG_PEEK)
        return b"" if hasattr(connection, "cipher") and _is_alert(heard) else heard
    except BlockingIOError:
        return None
    except OSError:
        return b""
    finally:
        probe.detach()


def _is_alert(record: bytes) -> bool:
    """Whether TLS says good-bye: nothing that asks for something is as short as an alert.

    Source: RFC 8446, 5.1 and 6: encrypted, its two bytes take a byte for their kind and 16 more.
    """
    return record[:1] == b"\x15" or (record[:1] == b"\x17" and record[3:5] == b"\x00\x13")
