from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.cli.client import Client, Refused
from app.errors import AssistantError
from tests.started import free_port


class Answering(BaseHTTPRequestHandler):
    """Tells what was asked; refuses some addresses."""

    def do_GET(self) -> None:
        if self.path == "/locked":
            self._answer(401, {})
        elif self.path == "/loading":
            self._answer(503, {"error": {"message": "正在加载"}, "progress": 0.25})
        elif self.path == "/nonsense":
            self._answer(500, ["nonsense"])
        else:
            names = ("Authorization", "Accept-Language")
            self._answer(200, {name: self.headers[name] for name in names})

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not sent.get("stream"):
            return self._answer(200, sent)
        self.send_response(200)
        self.end_headers()
        for line in (": a comment", 'data: {"text": "一"}', "", "data: [DONE]", 'data: {"no": 1}'):
            self.wfile.write(line.encode() + b"\n")
        return None

    def _answer(self, status: int, told: object) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_it_brings_its_key_and_its_language(url: str) -> None:
    assert Client(url, "k", "zh").get("/") == {
        "Authorization": "Bearer k",
        "Accept-Language": "zh",
    }
    assert Client(url, None, "en").get("/")["Authorization"] is None


def test_json_goes_there_and_back(url: str) -> None:
    assert Client(url, None, "en").post("/", {"名": [1]}) == {"名": [1]}


def test_a_stream_is_read_up_to_its_end(url: str) -> None:
    assert list(Client(url, None, "en").stream("/", {})) == [{"text": "一"}]


@pytest.mark.parametrize(
    ("path", "status", "told", "progress"),
    [
        ("/loading", 503, "正在加载", 0.25),
        ("/locked", 401, "--api-key", None),
        ("/nonsense", 500, "HTTP 500", None),
    ],
)
def test_a_refusal_says_why(
    url: str, path: str, status: int, told: str, progress: float | None
) -> None:
    with pytest.raises(Refused, match=told) as caught:
        Client(url, None, "en").get(path)
    assert (caught.value.status, caught.value.progress) == (status, progress)


def test_where_nobody_answers_the_address_is_named() -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    with pytest.raises(AssistantError, match=url):
        Client(url, None, "en").get("/")
