from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from app.security.security import Security
from tests.api.serving import CHAT, client_of, conversation

LOGGER = "app.api.record"


@pytest.fixture(autouse=True)
def _everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, LOGGER)


def _lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == LOGGER]


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_leaves_one_line_with_tokens_and_times(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, stream: bool
) -> None:
    with client.post(CHAT, json=conversation("Hello", stream=stream)) as response:
        response.get_data()
    [line] = _lines(caplog)
    assert line.startswith("POST /v1/chat/completions 200 prompt=")
    assert "completion=6" in line
    assert "first=" in line
    assert "total=" in line


def test_a_stream_that_is_not_read_to_its_end_is_logged_as_left(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = client.post(CHAT, json=conversation("Hello", stream=True), buffered=False)
    next(response.response)  # type: ignore[call-overload]
    response.close()
    [line] = _lines(caplog)
    assert line.startswith("POST /v1/chat/completions 499 ")


def test_no_body_key_or_query_is_logged(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of(replace(services, security=Security(keys=("sk-secret",))))
    for key in ("sk-secret", "sk-wrong"):
        client.post(
            f"{CHAT}?api_key=sk-query",
            json=conversation("my private question"),
            headers={"Authorization": f"Bearer {key}"},
        ).close()
    assert len(_lines(caplog)) == 2
    assert not any(word in caplog.text for word in ("sk-", "private", "query"))


def test_a_path_cannot_forge_a_line(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/a%0d%0aGET /b 200").close()
    [line] = _lines(caplog)
    assert "\n" not in line
    assert "\r" not in line


def test_what_a_page_fetches_again_and_again_is_a_detail(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    for path in ("/", "/health", "/nothing"):
        client.get(path).close()
    levels = [record.levelno for record in caplog.records if record.name == LOGGER]
    assert levels == [logging.DEBUG, logging.DEBUG, logging.INFO]
