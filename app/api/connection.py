"""Connections and requests as cheroot has them, with our error shape, timeouts and limits."""

from __future__ import annotations

import contextlib
import io
import logging
import math
import socket
import time
from typing import TYPE_CHECKING, Any

from cheroot.makefile import StreamReader, StreamWriter
from cheroot.server import ChunkedRFile, HeaderReader, HTTPConnection, HTTPRequest, HTTPServer
from cheroot.wsgi import Gateway_10

from app import language
from app.api.errors import http_body
from app.api.limits import machine
from app.errors import AssistantError

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

_log = logging.getLogger(__name__)

_TLS = b"\x16"  # what its first record begins with. Source: RFC 8446, 5.1
_HANDSHAKE_S = 10.0
_LINGER_S = 2.0
_SILENCE_S = 30  # after this long without a sign of life, a peer is taken for dead
_REFUSED = (408, 413, 414)
_HEAD_S = 20.0  # how long a request's head may take to arrive
_BODY_S = 20.0  # and its body, besides the time for its bytes at the slowest rate
_SLOWEST_BYTES_PER_S = 64 * 1024
_DRAINED_BYTES = 1 << 20  # of a body that nobody wanted; for more, the connection is given up


class Gateway(Gateway_10):
    """Hands the app the connection's socket, under the name that Werkzeug's server gives it."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]
        """The WSGI environment."""
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        environ["werkzeug.socket"] = self.req.conn.socket
        environ["wsgi.url_scheme"] = "https" if self.req.conn.is_secure else "http"
        return environ


class Headers(HeaderReader):
    """Leaves out names with an underscore: WSGI can't tell them from those with a hyphen."""

    def _allow_header(self, key_name: bytes) -> bool:
        return b"_" not in key_name


class Request(HTTPRequest):
    """A request; what is refused before the app sees it is refused in the one error shape."""

    header_reader = Headers()

    def read_request_headers(self) -> bool:
        """Read the headers; whether the request may go on.

        Source: RFC 9112, 6.3: a length is digits, and never comes with a transfer coding.
        """
        if not super().read_request_headers():  # type: ignore[no-untyped-call]
            return False
        length = self.inheaders.get(b"Content-Length")
        if length is not None and (self.chunked_read or not length.isdigit()):
            self.simple_response("400 Bad Request", "Content-Length")
            return False
        if length is not None and int(length) > self.server.body_limit(self.path):
            self.simple_response("413 Request Entity Too Large")
            return False
        size = int(length) if length is not None else self.server.usual_body_bytes
        self.conn.expect(_BODY_S + size / _SLOWEST_BYTES_PER_S)
        return True

    def respond(self) -> None:
        """Let the app answer. A body in chunks, which lie in memory, is never a large one."""
        if not self.chunked_read:
            super().respond()
            return
        self.rfile = ChunkedRFile(self.conn.rfile, self.server.usual_body_bytes)
        self.server.gateway(self).respond()
        if self.ready:
            self.ensure_headers_sent()
        if self.chunked_write:
            self.conn.wfile.write(b"0\r\n\r\n")

    def send_headers(self) -> None:
        """Send the head of the response; a refused body is not read to its end."""
        left = getattr(self.rfile, "remaining", 0)  # cheroot would read it into memory
        unread = self.chunked_read and not self.rfile.closed
        if unread or left > _DRAINED_BYTES or int(self.status[:3]) in _REFUSED:
            self._hang_up()
        super().send_headers()

    def simple_response(self, status: str, msg: str = "") -> None:
        """Refuse in the one error shape."""
        self._hang_up()
        accepted = self.inheaders.get(b"Accept-Language", b"").decode("latin-1")
        body = http_body(int(status[:3]), language.of_header(accepted), msg or None)
        head = (
            f"{self.server.protocol} {status}\r\n"
            "Content-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Connection: close\r\n\r\n"
        )
        with contextlib.suppress(OSError):
            self.conn.wfile.write(head.encode("latin-1") + body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.conn.lingers = True


class TimedSocket(socket.SocketIO):
    """Reads until a deadline: a client that sends a byte now and then holds a thread no longer."""

    deadline = math.inf

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock, "rb")
        self._pending: Callable[[], int] = getattr(sock, "pending", lambda: 0)

    @property
    def pending(self) -> int:
        """How many bytes of TLS are deciphered already, so that no selector sees them."""
        return self._pending()

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        """Read what is there, or wait for it. Raises: TimeoutError."""
        if time.monotonic() > self.deadline:
            raise TimeoutError("timed out")  # the words that cheroot looks for
        return super().readinto(buffer)


class Reader(StreamReader):
    """Cheroot's reader over a socket that knows a deadline."""

    def __init__(self, raw: TimedSocket) -> None:
        super(StreamReader, self).__init__(raw, io.DEFAULT_BUFFER_SIZE)
        self.bytes_read = 0
        self._timed = raw

    def has_data(self) -> bool:
        """Whether something was received that nobody has read."""
        return bool(super().has_data()) or self._timed.pending > 0  # type: ignore[no-untyped-call]


class Connection(HTTPConnection):
    """An open connection: HTTP, or where it begins as TLS does, HTTPS."""

    RequestHandlerClass = Request

    def __init__(self, server: HTTPServer, sock: socket.socket, *_: Any) -> None:
        self._timed = TimedSocket(sock)
        super().__init__(server, sock, self._file)
        self.is_new = True
        self.is_secure = False
        self.lingers = False
        self._was_heard = False
        _tune(sock)

    def communicate(self) -> bool:
        """Handle one request; whether another may follow. No address takes all the threads."""
        who, crowd = machine(self.remote_addr), self.server.crowd
        if who is None:
            return self._communicated()
        if not crowd.enter(who):
            if self._was_heard or self.socket.recv(1, socket.MSG_PEEK) != _TLS:
                Request(self.server, self).simple_response("503 Service Unavailable")
            return False
        try:
            return self._communicated()
        finally:
            crowd.leave(who)

    def _communicated(self) -> bool:
        if not self._was_heard:
            self._was_heard = True
            if not self._secured():
                return False
        self.expect(_HEAD_S)
        return bool(super().communicate())  # type: ignore[no-untyped-call]

    def _secured(self) -> bool:
        """Whether it may go on: as HTTP, or after TLS has shaken hands.

        The listening thread may not wait for that; this one may.
        """
        certificates = self.server.certificates
        try:
            if certificates is None or self.socket.recv(1, socket.MSG_PEEK) != _TLS:
                return True
            context = certificates.context(self.socket.getsockname()[0])
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )
            self.socket.settimeout(_HANDSHAKE_S)
            self.socket.do_handshake()
        except (OSError, AssistantError) as error:  # often: a certificate nobody trusts yet
            _log.info("no HTTPS: %s", error)
            return False
        self.socket.settimeout(self.server.timeout)
        self._timed = TimedSocket(self.socket)
        self.rfile = self._file(self.socket, "rb", self.rbufsize)
        self.wfile = self._file(self.socket, "wb", self.wbufsize)
        self.is_secure = True
        return True

    def expect(self, seconds: float) -> None:
        """What is read next must have arrived in this time."""
        self._timed.deadline = time.monotonic() + seconds

    def _file(self, sock: socket.socket, mode: str, size: int) -> Reader | StreamWriter:
        return Reader(self._timed) if "r" in mode else StreamWriter(sock, mode, size)

    def abort(self) -> None:
        """Make whoever reads or writes on it stop at once; from any thread."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)  # beneath TLS

    def close(self) -> None:
        """Hang up; after a refusal only when the client has had time to read it."""
        if self.lingers:
            with contextlib.suppress(OSError):
                self._drain()
        super().close()

    def _drain(self) -> None:
        # Closing with unread data resets the connection, and the refusal may be lost on its way.
        self.socket.shutdown(socket.SHUT_WR)
        end = time.monotonic() + _LINGER_S
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            if not self.socket.recv(65536):
                return


def _tune(sock: socket.socket) -> None:
    """No waiting for more to send; and a peer that vanished is noticed, also in mid-stream."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", _SILENCE_S // 2),
        ("TCP_KEEPINTVL", 5),
        ("TCP_KEEPCNT", 3),
        ("TCP_USER_TIMEOUT", _SILENCE_S * 1000),
    ):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
