from __future__ import annotations

import errno
import sys
from dataclasses import replace

import msgspec
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from app.api import errors
from app.api.app import create_app
from app.api.services import Services
from app.api.shapes import shape_of
from app.errors import (
    AddressTaken,
    AssistantError,
    Busy,
    EngineFailed,
    ProgramReplaced,
    PromptTooLong,
    StillLoading,
    TooManyTries,
)
from app.language import Text
from app.security.security import Security
from tests.api.serving import CHAT, client_of, conversation

WHAT = Text("What happened.", "发生了什么。")
HEADERS = (
    *("Accept-Language", "Accept-Encoding", "Authorization", "Origin", "If-None-Match"),
    *("Content-Type", "Sec-Fetch-Site", "x-api-key", "Cookie", "Range", "Host"),
)


def _kinds(cls: type[AssistantError]) -> list[type[AssistantError]]:
    return [cls, *(kind for each in cls.__subclasses__() for kind in _kinds(each))]


@pytest.mark.parametrize("path", ["/nothing", "/v1/nothing"])
def test_an_unknown_address_is_404_for_every_method(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        response = client.open(path, method=method)
        assert response.status_code == 404
        assert response.json["error"]["param"] is None


def test_a_wrong_method_is_405_and_the_right_one_is_told(client: FlaskClient) -> None:
    for method in ("GET", "PUT", "DELETE"):
        response = client.open(CHAT, method=method)
        assert response.status_code == 405
        assert "POST" in response.headers["Allow"]
        assert response.json["error"]["code"] == "method_not_allowed"
    response = client.post("/health")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


def test_a_file_of_the_page_is_there_to_be_read_only(client: FlaskClient) -> None:
    for path in ("/", "/assets/app-5X7KQ2LM.js"):
        assert client.get(path).status_code == 200
        assert client.post(path, json={}).status_code == 405


def test_an_unknown_address_speaks_the_protocol_that_it_belongs_to(client: FlaskClient) -> None:
    assert client.post("/v1/messages/batches", json={}).json["type"] == "error"
    assert client.get("/v1/messages/batches").json["type"] == "error"
    for method in ("GET", "POST"):
        assert isinstance(client.open("/api/pull", method=method).json["error"], str)


def test_a_body_that_is_too_large_is_413(services: Services) -> None:
    client = client_of(replace(services, max_body_bytes=1000))
    response = client.post(CHAT, json=conversation("x" * 2000))
    assert response.status_code == 413
    assert response.json["error"]["code"] == "too_large"


def test_the_language_is_that_of_the_header_and_else_english(client: FlaskClient) -> None:
    def message(language: str | None) -> str:
        headers = {"Accept-Language": language} if language else {}
        text: str = client.get("/nothing", headers=headers).json["error"]["message"]
        return text

    assert message("zh-CN,zh;q=0.9,en;q=0.8") == "这个地址没有内容。"
    assert message("en-US") == message(None) == message("fr") == "There is nothing at this address."


def test_a_full_queue_says_when_to_come_back(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(generation: object) -> None:
        raise Busy(Text("Full.", "满了。"), retry_after_s=3)

    monkeypatch.setattr(services.engine, "submit", refuse)
    response = client_of(services).post(CHAT, json=conversation())
    assert (response.status_code, response.headers["Retry-After"]) == (503, "3")


def test_our_own_bug_is_a_500_that_tells_nothing(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(generation: object) -> None:
        raise KeyError("inner secret")

    monkeypatch.setattr(services.engine, "submit", fail)
    response = client_of(services).post(CHAT, json=conversation())
    assert response.status_code == 500
    assert "secret" not in response.text
    assert response.json["error"]["type"] == "server_error"
    assert "a request failed" in caplog.text


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 507, "disk_full"),
        (OSError(errno.EROFS, "Read-only file system"), 507, "not_writable"),
        (
            PermissionError(errno.EACCES, "Permission denied", sys.executable),
            503,
            "program_replaced",
        ),
    ],
)
def test_what_the_system_fails_with_is_told_and_is_no_bug_of_ours(
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    failure: OSError,
    status: int,
    code: str,
) -> None:
    def fail(generation: object) -> None:
        raise failure

    monkeypatch.setattr(services.engine, "submit", fail)
    response = client_of(services).post(CHAT, json=conversation())
    assert response.status_code == status
    assert response.json["error"]["code"] == code


def test_every_error_there_is_has_a_form_in_both_languages() -> None:
    special = {PromptTooLong: (2, 1), StillLoading: (0.5,), AddressTaken: (WHAT, True)}
    special |= {TooManyTries: (WHAT, 9), ProgramReplaced: ()}
    for kind in _kinds(AssistantError):
        if kind.__module__.startswith("app.cli"):  # the terminal's own: no address gives them
            continue
        error = kind(*special.get(kind, (WHAT,)))
        for language in ("en", "zh"):
            body = msgspec.json.decode(errors.body(error, language, shape_of(None)))["error"]
            assert set(body) >= {"message", "type", "param", "code"}
            assert body["message"] == error.in_language(language)


def test_a_failure_of_the_engine_is_in_the_log(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(generation: object) -> None:
        raise EngineFailed(Text("It broke.", "坏了。"))

    monkeypatch.setattr(services.engine, "submit", fail)
    client_of(services).post(CHAT, json=conversation())
    assert "EngineFailed: It broke." in caplog.text


@settings(max_examples=200, deadline=None)
@given(path=st.text(max_size=30), method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS"]))
def test_no_address_gives_a_500(path: str, method: str) -> None:
    response = _fuzzed().open("/" + path.lstrip("/"), method=method)
    assert response.status_code < 500
    response.close()


@settings(max_examples=200, deadline=None)
@given(
    headers=st.dictionaries(
        st.sampled_from(HEADERS),
        st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40),
    )
)
def test_no_header_gives_a_500(headers: dict[str, str]) -> None:
    for method, path in (("GET", "/"), ("POST", CHAT), ("GET", "/v1/models")):
        response = _fuzzed().open(path, method=method, headers=headers, data=b"{}")
        assert response.status_code < 500
        response.close()


_client: list[FlaskClient] = []


@pytest.fixture(autouse=True)
def _one_client(services: Services) -> None:
    _client[:] = [create_app(replace(services, security=Security(keys=("key",)))).test_client()]


def _fuzzed() -> FlaskClient:
    return _client[0]
