"""The HTTP server: cheroot, with a thread for each connection that has something to say."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import queue
import threading
from typing import TYPE_CHECKING, Any

from cheroot import wsgi
from cheroot.connections import ConnectionManager
from flask import Flask

from app.api import services
from app.api.connection import Connection, Gateway
from app.api.limits import Crowd
from app.api.workers import Workers
from app.errors import AddressTaken
from app.language import Text

if TYPE_CHECKING:
    from app.security.certificates import Certificates

_log = logging.getLogger(__name__)

LEAST_THREADS = 4
MOST_THREADS = 512
BACKLOG = 256
HEADER_BYTES = 64 * 1024
TIMEOUT_S = 30  # silence of a client: while it sends, while it should read, between requests
STOP_S = 3  # how long running requests may take to end when the server stops

_TAKEN = Text(
    "Port {port} on {host} is taken by another program. Choose another one with --port.",
    "{host} 的端口 {port} 已被其他程序占用。请用 --port 另选一个。",
)
_NOT_ALLOWED = Text(
    "The system does not allow this program to listen on port {port}. "
    "Choose one above 1023 with --port.",
    "系统不允许本程序监听端口 {port}。请用 --port 选一个大于 1023 的端口。",
)
_NO_ADDRESS = Text(
    "Cannot listen on {host}, port {port}: {reason}. Choose an address of this machine with "
    "--host, such as 127.0.0.1.",
    "无法在 {host} 的端口 {port} 上监听：{reason}。请用 --host 指定本机的地址，例如 127.0.0.1。",
)


class Server:
    """Serves an app on one port of an address, or of several with commas between.

    `start` binds, `serve` blocks until `stop`, which may come from any thread or signal handler.
    """

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self._app = app
        self._host = host
        self._wanted_port = port
        limits, crowd = BodyLimits(app), Crowd()
        certificates = services.of(app).security.certificates
        self._listeners = [
            _Http((each.strip(), port), app, limits, crowd, certificates)
            for each in host.split(",")
        ]
        # Not an Event: setting one in a signal handler may wait for a lock its own thread holds.
        self._stopped: queue.SimpleQueue[None] = queue.SimpleQueue()

    @property
    def port(self) -> int:
        """The port that it listens on, once started."""
        port: int = self._listeners[0].bind_addr[1]
        return port

    def start(self) -> None:
        """Listen; connections wait until `serve`.

        Raises: AddressTaken.
        """
        # Cheroot would take whatever file has number 3 for its socket, were this set for a parent.
        os.environ.pop("LISTEN_PID", None)
        for listener in self._listeners:
            try:
                # A port that the first one chose is the others' too.
                listener.bind_addr = (listener.bind_addr[0], self.port)
                listener.prepare()
            except OSError as error:
                for each in self._listeners:
                    each.close_socket()
                raise self._unbound(listener.bind_error or error) from error

    def serve(self) -> None:
        """Answer requests until `stop`, then end what runs."""
        threads = [
            threading.Thread(target=each.serve, name="connections", daemon=True)
            for each in self._listeners
        ]
        for thread in threads:
            thread.start()
        try:
            self._wait()
        finally:
            services.of(self._app).running.end()
            for listener in self._listeners:
                listener.stop()
            for thread in threads:
                thread.join(1)

    def stop(self) -> None:
        """End `serve`, and every running answer, within 5 seconds."""
        self._stopped.put(None)

    def _wait(self) -> None:
        while True:
            # On Windows a signal handler runs only between two waits.
            with contextlib.suppress(queue.Empty):
                return self._stopped.get(timeout=0.5 if os.name == "nt" else None)

    def _unbound(self, error: OSError) -> AddressTaken:
        # Windows: 10048 WSAEADDRINUSE; 10013 WSAEACCES where another program has it exclusively.
        where: dict[str, Any] = {"host": self._host, "port": self._wanted_port}
        if error.errno in (errno.EADDRINUSE, 10048, 10013):
            return AddressTaken(_TAKEN.filled(**where), taken=True)
        if error.errno == errno.EACCES:
            return AddressTaken(_NOT_ALLOWED.filled(**where), taken=False)
        reason = error.strerror or str(error)
        return AddressTaken(_NO_ADDRESS.filled(reason=reason, **where), taken=False)


class BodyLimits:
    """How large a request's body may be: those that bring files may be large. Units: bytes."""

    def __init__(self, app: Flask) -> None:
        found = services.of(app)
        self.usual = found.max_body_bytes
        self._large = max(found.max_upload_bytes, self.usual)
        self._paths = {
            rule.rule.encode()
            for rule in app.url_map.iter_rules()
            if getattr(app.view_functions[rule.endpoint], "takes_files", False)
        }

    @property
    def most(self) -> int:
        """The largest of all."""
        return self._large if self._paths else self.usual

    def at(self, path: bytes) -> int:
        """What an address takes."""
        return self._large if path in self._paths else self.usual


class _Http(wsgi.Server):
    """Cheroot with our connections and threads."""

    ConnectionClass = Connection
    keep_alive_conn_limit = 1024
    max_request_header_size = HEADER_BYTES
    bind_error: OSError | None = None
    _connections: ConnectionManager

    def __init__(
        self,
        address: tuple[str, int],
        app: Any,
        limits: BodyLimits,
        crowd: Crowd,
        certificates: Certificates | None,
    ) -> None:
        super().__init__(
            address,
            app,
            server_name="assistant",
            request_queue_size=BACKLOG,
            timeout=TIMEOUT_S,
            shutdown_timeout=STOP_S,
        )
        self.gateway = Gateway
        self.certificates = certificates
        self.crowd = crowd
        self.max_request_body_size = limits.most
        self.usual_body_bytes = limits.usual
        self.body_limit = limits.at
        self.requests = Workers(self, LEAST_THREADS, MOST_THREADS)

    def bind(self, family: int, type: int, proto: int = 0) -> Any:  # noqa: A002 - cheroot's name
        """Bind; cheroot keeps only the words of an error."""
        try:
            return super().bind(family, type, proto)
        except OSError as error:
            self.bind_error = error
            raise

    def close_socket(self) -> None:
        """Let go of an address that was bound but cannot be listened on."""
        if self.socket is not None:
            self.socket.close()

    def process_conn(self, conn: Connection) -> None:
        """Give a connection a thread; a new one only when it says something.

        Browsers open connections ahead of need, which would each hold a thread.
        """
        if conn.is_new:
            conn.is_new = False
            self._connections.put(conn)
        else:
            super().process_conn(conn)

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Into the log, not onto the terminal."""
        _log.log(level, "%s", msg, exc_info=traceback)
