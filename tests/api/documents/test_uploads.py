"""Uploads over a real socket: large ones go through, too large ones are refused at once."""

from __future__ import annotations

import io
import os
import socket
from collections.abc import Callable

import httpx
import pytest
from flask.testing import FlaskClient

from app.api import forms
from app.knowledge.library import Library
from app.security.security import Security
from tests.api.serving import CHAT, Serving, received
from tests.fakes.engine import scripted_engine

Serve = Callable[..., Serving]
MIB = 1 << 20


def head(path: str, length: int, **more: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
    return "\r\n".join((*lines, "", "")).encode()


def test_an_upload_may_be_larger_than_any_other_body(serve: Serve, library: Library) -> None:
    serving = serve(
        scripted_engine(), library=library, max_body_bytes=MIB, max_upload_bytes=8 * MIB
    )
    sent = os.urandom(5 * MIB)
    answer = httpx.post(f"{serving.url}/v1/documents", files={"file": ("a.bin", sent)})
    assert answer.status_code == 202
    job = library.jobs.get(answer.json()["data"][0]["id"])
    assert job is not None
    assert job.bytes == len(sent)
    refused = httpx.post(f"{serving.url}{CHAT}", content=b" " * 2 * MIB)
    assert refused.status_code == 413


def test_an_upload_in_chunks_is_taken_while_it_is_small(serve: Serve, library: Library) -> None:
    serving = serve(scripted_engine(), library=library, max_body_bytes=MIB)
    url = f"{serving.url}/v1/documents"
    form = httpx.Request("POST", url, files={"file": ("a.txt", b"zebras")})
    kind = {"Content-Type": form.headers["Content-Type"]}
    taken = httpx.post(url, content=iter([form.read()]), headers=kind)
    assert taken.status_code == 202
    large = httpx.Request("POST", url, files={"file": ("a.txt", b"x" * 2 * MIB)}, headers=kind)
    pieces = (large.read()[at : at + 65536] for at in range(0, 2 * MIB, 65536))
    answer = httpx.post(url, content=pieces, headers=kind)
    assert answer.status_code == 413, answer.text


def test_what_is_too_large_is_refused_before_it_is_sent(serve: Serve, library: Library) -> None:
    serving = serve(scripted_engine(), library=library, max_upload_bytes=100 * MIB)
    for path, length in (("/v1/documents", 101 * MIB), (CHAT, 99 * MIB)):
        with serving.connect() as connection:
            connection.sendall(head(path, length))
            assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_large_body_that_nobody_wants_is_not_read(serve: Serve, library: Library) -> None:
    serving = serve(scripted_engine(), library=library, security=Security(keys=("secret",)))
    connection = serving.connect()
    connection.sendall(head("/v1/documents", 1000 * MIB))
    answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"connection: close" in answer.lower()


def test_an_upload_that_breaks_off_is_refused_and_leaves_nothing(
    serve: Serve, library: Library
) -> None:
    serving = serve(scripted_engine(), library=library)
    connection = serving.connect()
    kind = "multipart/form-data; boundary=b"
    connection.sendall(head("/v1/documents", 1000, Content_Type=kind))
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nzeb'
    connection.sendall(part)
    connection.shutdown(socket.SHUT_WR)
    assert received(connection).startswith(b"HTTP/1.1 400 ")
    assert library.jobs.listed() == []
    assert library.documents.count() == 0


def test_what_the_disk_has_no_room_for_is_refused_before_it_is_written(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(forms, "has_room", lambda _, size: asked.append(size))
    answer = client.post("/v1/documents", data={"file": (io.BytesIO(b"x" * 5000), "a.txt")})
    assert answer.status_code == 507
    assert answer.json["error"]["code"] == "disk_full"
    assert asked[0] > 2 * 5000
