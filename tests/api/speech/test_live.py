from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from tests.api.serving import client_of, events_of
from tests.fakes.recognizer import instant_hearing, sound

ADDRESS = "/v1/audio/live"
PCM = {"Content-Type": "audio/pcm"}


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return client_of(replace(services, hearing=instant_hearing()))


def begun(client: FlaskClient, **wanted: Any) -> str:
    response = client.post(ADDRESS, json=wanted)
    assert response.status_code == 201
    assert response.json["object"] == "audio.live"
    return f"{ADDRESS}/{response.json['id']}"


def test_sound_goes_in_and_text_comes_out(client: FlaskClient) -> None:
    one = begun(client, language="Chinese", words=True)
    samples = sound(2, 1)
    for at in range(0, len(samples), 6_400):
        response = client.post(one, data=samples[at : at + 6_400], headers=PCM)
    assert response.json["seconds"] == 3
    assert client.delete(one).status_code == 200
    events = events_of(client.get(f"{one}/events"))
    assert events[0] == {"type": "speech", "utterance": 0, "start": 0.0, "end": 0.0}
    final = events[-1]
    assert (final["type"], final["text"], final["language"]) == ("final", "w0 w1 w2 w3", "zh")
    assert final["words"][1] == {"word": "w1", "start": 0.5, "end": 1.0}
    assert client.get(f"{one}/events").status_code == 404


def test_the_pause_that_ends_an_utterance_can_be_chosen(client: FlaskClient) -> None:
    def utterances(**wanted: Any) -> int:
        one = begun(client, **wanted)
        client.post(one, data=sound(1, 1, 1), headers=PCM)
        client.delete(one)
        events = events_of(client.get(f"{one}/events"))
        return sum(event["type"] == "final" for event in events)

    assert (utterances(), utterances(pause=2)) == (2, 1)


@pytest.mark.parametrize(
    ("data", "media"),
    [(b"abc", "audio/pcm"), (b"ab", "application/json"), (bytes(31 * 32_000), "audio/pcm")],
)
def test_what_are_no_samples_is_refused(client: FlaskClient, data: bytes, media: str) -> None:
    response = client.post(begun(client), data=data, content_type=media)
    assert response.status_code == 400
    assert "16-bit" in response.json["error"]["message"]


@pytest.mark.parametrize("wanted", [{"language": "klingon"}, {"pause": 9}, {"task": "sing"}])
def test_wrong_wishes_are_named(client: FlaskClient, wanted: dict[str, Any]) -> None:
    response = client.post(ADDRESS, json=wanted)
    assert (response.status_code, response.json["error"]["param"]) == (400, *wanted)


def test_one_that_is_not_there_is_told(client: FlaskClient) -> None:
    for method, address in (("POST", ""), ("GET", "/events"), ("DELETE", "")):
        response = client.open(f"{ADDRESS}/none{address}", method=method, data=b"", headers=PCM)
        assert response.status_code == 404


def test_too_many_are_told_to_wait(client: FlaskClient) -> None:
    responses = [client.post(ADDRESS, json={}) for _ in range(17)]
    assert [response.status_code for response in responses] == [201] * 16 + [503]
    assert responses[-1].headers["Retry-After"]


def test_without_a_model_it_is_said_what_to_do(services: Services) -> None:
    response = client_of(services).post(ADDRESS, json={})
    assert response.status_code == 501
    assert "--whisper-model" in response.json["error"]["message"]
