from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.api.services import Services
from tests.api.serving import client_of, parts_of
from tests.fakes.speech import scripted_speaking

ADDRESS = "/v1/audio/speech"


@pytest.fixture
def client(services: Services) -> Iterator[FlaskClient]:
    with scripted_speaking() as voice:
        yield client_of(replace(services, voice=voice))


def say(client: FlaskClient, text: str = "Abcd. Ab.", **fields: Any) -> TestResponse:
    body = {"input": text, "model": "tts-1", "voice": "alloy", "response_format": "pcm", **fields}
    return client.post(ADDRESS, json=body)


def test_a_text_is_said_in_parts(client: FlaskClient) -> None:
    response = say(client)
    assert response.mimetype == "audio/pcm"
    assert response.content_length is None
    assert [len(part) for part in response.iter_encoded()] == [2 * 960, 2 * 480]


@pytest.mark.parametrize(
    ("form", "mime", "begins"),
    [
        ("wav", "audio/wav", b"RIFF"),
        ("flac", "audio/flac", b"fLaC"),
        ("opus", "audio/ogg", b"OggS"),
        (None, "audio/mpeg", b"\xff"),
    ],
)
def test_each_form_has_its_type(
    client: FlaskClient, form: str | None, mime: str, begins: bytes
) -> None:
    response = say(client, response_format=form)
    assert response.mimetype == mime
    assert response.data.startswith(begins)


def test_as_events_it_comes_in_base64(client: FlaskClient) -> None:
    *deltas, done = parts_of(say(client, stream_format="sse"))
    assert {each["type"] for each in deltas} == {"speech.audio.delta"}
    assert sum(len(base64.b64decode(each["audio"])) for each in deltas) == 2 * 1440
    assert done == {"type": "speech.audio.done", "usage": {"type": "duration", "seconds": 0.06}}


@pytest.mark.parametrize(
    ("fields", "status", "code", "told"),
    [
        ({"response_format": "aac"}, 400, None, "wav, mp3, opus, flac, pcm"),
        ({"voice": "bob"}, 404, "not_found", "heart, emma"),
        ({"voice": {"id": "bob"}}, 404, "not_found", "heart, emma"),
        ({"input": "你好，世界"}, 400, "language_not_spoken", "languages are: English"),
        ({"language": "de"}, 400, "language_not_spoken", "German"),
        ({"language": "xx"}, 400, None, "language"),
        ({"input": "🎉"}, 400, None, "nothing"),
        ({"input": ""}, 400, None, "input"),
        ({"speed": 9}, 400, None, "speed"),
        ({"instructions": "Whisper."}, 400, "unsupported_parameter", "instructions"),
        ({"input": "Fail."}, 503, "speech_failed", "stopped working"),
    ],
)
def test_what_cannot_be_said_is_told(
    client: FlaskClient, fields: dict[str, Any], status: int, code: str | None, told: str
) -> None:
    text = fields.pop("input", "Ab.")
    response = say(client, text, **fields)
    assert response.status_code == status
    assert response.json["error"]["code"] == code
    assert told in response.json["error"]["message"]


def test_the_voices_and_their_languages_are_told(client: FlaskClient) -> None:
    told = client.get("/v1/audio/voices", headers={"Accept-Language": "zh"}).json
    assert [voice["id"] for voice in told["data"]] == ["heart", "emma"]
    assert told["data"][0]["name"] == "Heart，美式英语，女声"
    assert [voice["default"] for voice in told["data"]] == [True, False]
    assert told["languages"] == ["en"]
    assert "opus" in told["formats"]


def test_without_a_voice_it_is_switched_off(services: Services) -> None:
    assert say(client_of(services)).status_code == 501
    assert client_of(services).get("/v1/audio/voices").status_code == 501
