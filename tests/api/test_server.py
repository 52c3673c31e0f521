from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.api import connection as connections
from app.api.app import create_app
from app.api.server import Server
from app.api.services import Services
from app.bundle.page import PageFiles
from app.engine.engine import Engine
from app.errors import AddressTaken
from app.security.security import Security
from tests.api.serving import CHAT, Serving, conversation, received
from tests.fakes.engine import engine_of, scripted_engine
from tests.fakes.llama import ScriptedLlama

Serve = Callable[..., Serving]
WAIT_S = 5.0
LONG = "x" * 3000


HEADERS = (b"Host", b"Content-Length", b"Content-Type", b"Transfer-Encoding", b"Connection")


@pytest.fixture
def fuzzed(serve: Serve) -> Serving:
    return serve(scripted_engine())


def _until(condition: Callable[[], bool], within_s: float = WAIT_S) -> bool:
    end = time.monotonic() + within_s
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def _idle(engine: Engine) -> bool:
    stats = engine.stats()
    return stats.running == stats.waiting == 0


def test_events_arrive_one_by_one_as_they_are_made(serve: Serve) -> None:
    gate = threading.Semaphore(0)
    llama = ScriptedLlama(
        lambda prompt: "abcd", before_decode=lambda spans: gate.acquire(timeout=5)
    )
    serving = serve(engine_of(llama))
    with httpx.stream("POST", serving.url + CHAT, json=conversation(stream=True)) as response:
        lines = (line for line in response.iter_lines() if line)
        assert '"role":"assistant"' in next(lines)
        for letter in "abcd":
            gate.release()
            assert f'"content":"{letter}"' in next(lines)
        gate.release()
        assert '"finish_reason":"stop"' in next(lines)
        assert next(lines) == "data: [DONE]"


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_goes_ends_its_answer(serve: Serve, stream: bool) -> None:
    serving = serve(scripted_engine(LONG, step_s=0.02))
    connection = serving.post(conversation(stream=stream))
    assert _until(lambda: serving.engine.stats().running == 1)
    connection.close()
    assert _until(lambda: _idle(serving.engine), within_s=1)
    assert _until(lambda: len(serving.services.running) == 0, within_s=1)


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_goes_while_its_prompt_is_read_ends_that(serve: Serve, stream: bool) -> None:
    llama = ScriptedLlama(step_s=0.2)
    serving = serve(engine_of(llama))
    connection = serving.post(conversation("y" * 3500, stream=stream))
    assert _until(lambda: len(llama.calls) >= 1)
    connection.close()
    assert _until(lambda: _idle(serving.engine), within_s=1)
    assert sum(len(span.tokens) for call in llama.calls for span in call) < 3500


def test_a_waiting_request_whose_client_goes_is_dropped(serve: Serve) -> None:
    serving = serve(scripted_engine(LONG, step_s=0.02))
    slots = serving.engine.stats().slots
    running = [serving.post(conversation(stream=True)) for _ in range(slots)]
    assert _until(lambda: serving.engine.stats().running == slots)
    waiting = serving.post(conversation())
    assert _until(lambda: serving.engine.stats().waiting == 1)
    waiting.close()
    assert _until(lambda: serving.engine.stats().waiting == 0, within_s=1)
    assert serving.engine.stats().running == slots
    for connection in running:
        connection.close()


def test_sixty_four_streams_run_at_once_and_health_still_answers(serve: Serve) -> None:
    serving = serve(scripted_engine("Hello, 世界. " * 3, step_s=0.001))
    barrier = threading.Barrier(65, timeout=20)

    def ask(number: int) -> str:
        with httpx.stream(
            "POST", serving.url + CHAT, json=conversation(str(number), stream=True), timeout=30
        ) as response:
            lines = response.iter_lines()
            next(lines)
            barrier.wait()
            chunks = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
        return "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)

    with ThreadPoolExecutor(64) as pool:
        answers = [pool.submit(ask, number) for number in range(64)]
        assert httpx.get(serving.url + "/health", timeout=5).status_code == 200
        barrier.wait()
        assert {answer.result() for answer in answers} == {"Hello, 世界. " * 3}


def test_a_client_that_does_not_read_is_given_up(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api.server.TIMEOUT_S", 1)
    serving = serve(scripted_engine("z" * 4000))
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    connection.connect(("127.0.0.1", serving.server.port))
    body = json.dumps(conversation(stream=True)).encode()
    head = f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    with connection:
        connection.sendall(head.encode() + body)
        assert _until(lambda: len(serving.services.running) == 1)
        assert _until(lambda: len(serving.services.running) == 0, within_s=8)


def test_a_request_that_trickles_in_is_given_up(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_HEAD_S", 0.3)
    serving = serve(scripted_engine())
    with serving.connect() as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\n")
        for _ in range(5):
            time.sleep(0.1)
            connection.sendall(b"X-A: b\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 408 ")


def test_silent_connections_hold_no_thread(serve: Serve) -> None:
    serving = serve(scripted_engine())
    with ExitStack() as silent:
        for _ in range(50):
            silent.enter_context(serving.connect())
        assert httpx.get(serving.url + "/health").status_code == 200
        threads = [each for each in threading.enumerate() if each.name == "http"]
        assert len(threads) <= 2


def test_a_connection_serves_several_requests(serve: Serve) -> None:
    serving = serve(scripted_engine())
    with httpx.Client(base_url=serving.url) as client:
        for _ in range(3):
            assert client.post(CHAT, json=conversation()).status_code == 200
            assert client.post(CHAT, content=b"{}").status_code == 400
            assert "Connection" not in client.get("/health").headers


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"HELLO\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
        (b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 1e9\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: localhost\n\n", 400),
    ],
)
def test_what_is_not_proper_http_is_refused_in_the_one_shape(
    serve: Serve, request_: bytes, status: int
) -> None:
    serving = serve(scripted_engine())
    connection = serving.connect()
    connection.sendall(request_)
    connection.shutdown(socket.SHUT_WR)
    head, _, body = received(connection).partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    assert json.loads(body)["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("chunk", [b"zz\r\n", b"-5\r\n", b"5\r\n{", b""])
def test_a_damaged_chunked_body_is_refused(serve: Serve, chunk: bytes) -> None:
    serving = serve(scripted_engine())
    connection = serving.connect()
    head = f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    connection.sendall(head.encode() + chunk)
    connection.shutdown(socket.SHUT_WR)
    answer = received(connection)
    assert b"HTTP/1.1 400 " in answer[:20]
    assert b"application/json" in answer


def test_a_chunk_that_is_too_large_is_refused_unread(serve: Serve) -> None:
    connection = serve(scripted_engine()).connect()
    head = f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    connection.sendall(head.encode() + b"fffffffffff\r\n")
    assert received(connection).startswith(b"HTTP/1.1 413 ")


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    method=st.sampled_from([b"GET", b"POST", b"HEAD", b"OPTIONS"]) | st.binary(max_size=8),
    path=st.sampled_from([b"/", b"/health", CHAT.encode()]) | st.binary(max_size=20),
    headers=st.lists(
        st.tuples(st.sampled_from(HEADERS) | st.binary(max_size=8), st.binary(max_size=20)),
        max_size=4,
    ),
    body=st.binary(max_size=30),
)
def test_no_bytes_on_the_wire_give_a_500(
    fuzzed: Serving, method: bytes, path: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    head = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    connection = fuzzed.connect()
    with suppress(ConnectionError):
        connection.sendall(method + b" " + path + b" HTTP/1.1\r\n" + head + b"\r\n" + body)
        connection.shutdown(socket.SHUT_WR)
    assert b"HTTP/1.1 500" not in received(connection)


def test_a_chunked_body_is_read(serve: Serve) -> None:
    serving = serve(scripted_engine())
    body = json.dumps(conversation("Hi")).encode()
    answer = httpx.post(serving.url + CHAT, content=iter([body[:5], body[5:]]))
    assert answer.json()["choices"][0]["message"]["content"] == "Hi"


def test_the_refusal_of_a_large_body_reaches_a_client_that_is_still_sending(
    serve: Serve,
) -> None:
    serving = serve(scripted_engine(), max_body_bytes=1000)
    answer = httpx.post(serving.url + CHAT, content=b"x" * 3_000_000)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


def test_headers_with_underscores_pass_for_no_others(serve: Serve) -> None:
    serving = serve(scripted_engine(), security=Security(keys=("key",)))
    assert httpx.get(serving.url + "/v1/models", headers={"X_Api_Key": "key"}).status_code == 401
    assert httpx.get(serving.url + "/v1/models", headers={"X-Api-Key": "key"}).status_code == 200


def test_a_taken_port_is_told_as_such(serve: Serve) -> None:
    serving = serve(scripted_engine())
    second = Server(create_app(serving.services), "127.0.0.1", serving.server.port)
    with pytest.raises(AddressTaken) as caught:
        second.start()
    assert caught.value.taken
    assert str(serving.server.port) in caught.value.message.en


def test_an_address_of_another_machine_is_told_as_such(serve: Serve) -> None:
    serving = serve(scripted_engine())
    for host in ("192.0.2.1", "no-such-host.invalid"):
        with pytest.raises(AddressTaken) as caught:
            Server(create_app(serving.services), host, 0).start()
        assert not caught.value.taken
        assert host in caught.value.message.en


def test_stopping_ends_running_streams_with_an_error_and_goes_quickly() -> None:
    serving = Serving(scripted_engine(LONG, step_s=0.02))
    connections = [serving.post(conversation(stream=stream)) for stream in (True, True, False)]
    assert _until(lambda: len(serving.services.running) == 3)
    started = time.monotonic()
    serving.close()
    assert time.monotonic() - started < 3
    first, second, whole = map(received, connections)
    for stream in (first, second):
        assert b'"code":"cancelled"' in stream
        assert stream.endswith(b"0\r\n\r\n")
        assert b"[DONE]" not in stream
    assert whole.startswith(b"HTTP/1.1 503 ")


def test_stopping_does_not_wait_for_a_client_that_does_not_read() -> None:
    serving = Serving(scripted_engine("z" * 4000))
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    connection.connect(("127.0.0.1", serving.server.port))
    body = json.dumps(conversation(stream=True)).encode()
    head = f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    with connection:
        connection.sendall(head.encode() + body)
        assert _until(lambda: len(serving.services.running) == 1)
        serving.close()


def test_it_listens_on_several_addresses(engine: Engine) -> None:
    services = Services(engine, PageFiles.none(), "scripted", "1")
    server = Server(create_app(services), "127.0.0.1,127.0.0.2", 0)
    server.start()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        for host in ("127.0.0.1", "127.0.0.2"):
            connection = http.client.HTTPConnection(host, server.port, timeout=10)
            connection.request("GET", "/health")
            assert connection.getresponse().status == 200
            connection.close()
    finally:
        server.stop()
        thread.join(5)
