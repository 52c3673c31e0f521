"""The app over Flask's test client, and over a real socket."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.api.app import create_app
from app.api.server import Server
from app.api.services import Services
from app.bundle.page import PageFiles
from app.engine.engine import Engine

CHAT = "/v1/chat/completions"


def client_of(services: Services) -> FlaskClient:
    return create_app(services).test_client()


def conversation(question: str = "Hello", **more: object) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": question}], **more}


def events_of(response: TestResponse) -> list[Any]:
    """What each event of a stream holds, without the last, which must be [DONE]."""
    lines = response.get_data(as_text=True).split("\n\n")
    lines = [line for line in lines if line and not line.startswith(":")]
    assert lines[-1] == "data: [DONE]"
    return [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]


class Serving:
    """A server on a free port, serving in a thread."""

    def __init__(self, engine: Engine, **more: Any) -> None:
        self.engine = engine
        self.services = Services(engine, PageFiles.none(), "scripted", "1.2.3", **more)
        self.server = Server(create_app(self.services), "127.0.0.1", 0)
        self.server.start()
        self._thread = threading.Thread(target=self.server.serve)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.server.port), timeout=10)

    def post(self, body: object) -> socket.socket:
        """A connection on which a chat request was sent, nothing read yet."""
        data = json.dumps(body).encode()
        connection = self.connect()
        head = f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(data)}\r\n\r\n"
        connection.sendall(head.encode() + data)
        return connection

    def close(self) -> None:
        self.server.stop()
        self._thread.join(5)
        assert not self._thread.is_alive(), "the server did not stop within 5 s"
        self.engine.close()


def received(connection: socket.socket) -> bytes:
    """Everything until the server hangs up."""
    with connection:
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
        return b"".join(parts)


def parts_of(response: TestResponse) -> list[Any]:
    """What each event of a stream without [DONE] holds, or each line."""
    lines = [line for line in response.get_data(as_text=True).split("\n") if line]
    data = [line.removeprefix("data: ") for line in lines if not line.startswith(("event: ", ":"))]
    return [json.loads(line) for line in data]
