from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from tests.api.serving import client_of, parts_of
from tests.fakes.speech import scripted_speaking

ADDRESS = "/v1/audio/aloud"
TEXT = "# Zebras\n\n**Zebras** eat grass.\n\n斑马吃草。\n"


@pytest.fixture
def speaking(services: Services) -> Iterator[FlaskClient]:
    with scripted_speaking() as voice:
        yield client_of(replace(services, voice=voice))


def test_each_sentence_has_its_sound_or_is_told_to_have_none(speaking: FlaskClient) -> None:
    *told, last = parts_of(speaking.post(ADDRESS, json={"input": TEXT, "response_format": "pcm"}))
    assert last == {"type": "done"}
    assert [(each["type"], each["sentence"]) for each in told] == [
        ("audio", "Zebras."),
        ("audio", "Zebras eat grass."),
        ("unspoken", "斑马吃草。"),
    ]
    assert [each["language"] for each in told] == ["en", "en", "zh"]
    assert len(base64.b64decode(told[1]["audio"])) == 2 * 240 * 14


def test_a_voice_and_a_speed_are_heeded(speaking: FlaskClient) -> None:
    wish = {"input": "Zebras eat.", "voice": "emma", "speed": 2, "response_format": "pcm"}
    told, _ = parts_of(speaking.post(ADDRESS, json=wish))
    assert (told["voice"], len(base64.b64decode(told["audio"]))) == ("emma", 240 * 9)
    assert speaking.post(ADDRESS, json={"input": "Hi", "voice": "nobody"}).status_code == 404


def test_without_a_voice_the_sentences_are_told_all_the_same(client: FlaskClient) -> None:
    *told, _ = parts_of(client.post(ADDRESS, json={"input": TEXT}))
    assert {each["type"] for each in told} == {"unspoken"}
    assert [each["sentence"] for each in told][1:] == ["Zebras eat grass.", "斑马吃草。"]
