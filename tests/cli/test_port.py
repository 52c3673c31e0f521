from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.cli import port
from app.errors import AddressTaken


class Stranger(BaseHTTPRequestHandler):
    server_version, sys_version = "nginx", ""

    def do_GET(self) -> None:
        self.send_response(503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


class Sibling(Stranger):
    def version_string(self) -> str:
        return "assistant"


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def number_of(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])


@pytest.fixture(params=[Stranger, Sibling])
def web_server(request: pytest.FixtureRequest) -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), request.param) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield server
        server.shutdown()


def test_a_port_on_which_someone_listens_is_not_free(listening: socket.socket) -> None:
    number = number_of(listening)
    assert not port.is_free("127.0.0.1", number)
    listening.close()
    assert port.is_free("127.0.0.1", number)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_an_address_that_is_not_here_is_not_called_taken(host: str) -> None:
    assert port.is_free(host, 8080)


def test_the_next_free_port_passes_over_those_taken(listening: socket.socket) -> None:
    number = number_of(listening)
    found = port.next_free("127.0.0.1", number - 1)
    assert found > number
    assert port.is_free("127.0.0.1", found)


def test_at_the_end_of_the_ports_there_is_no_next_one() -> None:
    with pytest.raises(AddressTaken, match="--port"):
        port.next_free("127.0.0.1", 65535)


def test_an_assistant_is_known_by_its_server_header_even_while_it_loads(
    web_server: ThreadingHTTPServer,
) -> None:
    is_sibling = web_server.RequestHandlerClass is Sibling
    assert port.is_assistant("127.0.0.1", web_server.server_port) is is_sibling


def test_someone_who_never_answers_is_no_assistant(
    listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(port, "ASK_TIMEOUT_S", 0.05)
    assert not port.is_assistant("127.0.0.1", number_of(listening))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_the_holder_of_a_port_is_named(listening: socket.socket) -> None:
    holder = port.holder(number_of(listening))
    assert holder
    assert holder.endswith(f"({os.getpid()})")
    number = number_of(listening)
    listening.close()
    assert port.holder(number) is None


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80/"),
        ("0.0.0.0", "http://127.0.0.1:80/"),
        ("::", "http://[::1]:80/"),
        ("fd00::1", "http://[fd00::1]:80/"),
        ("house.local", "http://house.local:80/"),
    ],
)
def test_the_url_is_one_that_a_browser_here_can_open(host: str, url: str) -> None:
    assert port.url(host, 80) == url
