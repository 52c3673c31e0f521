from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.api.services import Services
from app.engine.engine import Engine
from app.speech.hearing import Hearing, Transcription
from app.speech.transcript import Heard, Wanted
from tests.api.serving import Serving, client_of
from tests.fakes.recognizer import InstantRecognizer
from tests.fakes.speech import DECODER, scripted_hearing

ADDRESS = "/v1/audio/transcriptions"
LONG_S = 30.0

cancel = Transcription.cancel


@pytest.fixture
def client(services: Services) -> Iterator[FlaskClient]:
    with scripted_hearing() as hearing:
        yield client_of(replace(services, hearing=hearing))


def send(client: FlaskClient, recording: str = "3", **fields: Any) -> TestResponse:
    address = fields.pop("address", ADDRESS)
    data = {"file": (io.BytesIO(recording.encode()), "a.wav"), "model": "whisper-1", **fields}
    return client.post(address, data=data, content_type="multipart/form-data")


def test_the_text_is_told_with_what_it_took(client: FlaskClient) -> None:
    told = send(client).json
    assert told == {
        "text": "transcribe None 3.0",
        "usage": {"type": "duration", "seconds": pytest.approx(3, abs=0.1)},
    }


def test_a_language_may_be_given_by_code_name_or_region(client: FlaskClient) -> None:
    for language in ("zh", "Chinese", "zh-CN"):
        assert send(client, language=language).json["text"].startswith("transcribe zh")


def test_translations_are_asked_for_as_such(client: FlaskClient) -> None:
    told = send(
        client,
        language="de",
        address="/v1/audio/translations",
        response_format="verbose_json",
    ).json
    assert told["text"].startswith("translate de")
    assert (told["task"], told["language"]) == ("translate", "english")


def test_verbose_answers_have_segments_and_words_where_they_are_wanted(
    client: FlaskClient,
) -> None:
    plain = send(client, response_format="verbose_json").json
    assert plain["language"] == "english"
    assert plain["segments"][0]["id"] == 0
    assert plain["segments"][0]["tokens"] == [1, 2]
    assert "words" not in plain
    words = send(
        client,
        response_format="verbose_json",
        **{"timestamp_granularities[]": ["word"]},
    ).json
    assert words["words"][0]["word"] == "transcribe None 3.0"
    assert "segments" not in words


def test_text_and_subtitles(client: FlaskClient) -> None:
    text, srt, vtt = (send(client, response_format=each) for each in ("text", "srt", "vtt"))
    assert text.text == "transcribe None 3.0\n"
    assert srt.text.startswith("1\n00:00:00,000 --> 00:00:03")
    assert vtt.text.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:03")
    assert (text.mimetype, vtt.mimetype) == ("text/plain", "text/vtt")


def test_a_stream_tells_the_text_as_it_is_recognized(client: FlaskClient) -> None:
    response = send(client, "20 2 20 2 20", stream="true")
    lines = [line for line in response.text.split("\n\n") if line]
    assert lines.pop() == "data: [DONE]"
    events = [json.loads(line.removeprefix("data: ")) for line in lines]
    kinds = [each["type"] for each in events]
    assert kinds == ["transcript.text.delta"] * 3 + ["transcript.text.done"]
    assert "".join(each["delta"] for each in events[:-1]) == events[-1]["text"]
    shares = [each["progress"] for each in events[:-1]]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 1


@pytest.mark.parametrize("stream", ["true", "false"])
@pytest.mark.parametrize("recording", ["text", "0 3", "40 crash"])
def test_what_cannot_be_heard_is_refused(client: FlaskClient, recording: str, stream: str) -> None:
    response = send(client, recording, stream=stream)
    if recording == "40 crash" and stream == "true":
        assert '"error"' in response.text  # the first words were told by then
        return
    assert response.status_code == 400
    assert response.json["error"]["code"] == "sound_refused"


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"response_format": "xml"}, "response_format"),
        ({"response_format": "srt", "stream": "true"}, "response_format"),
        ({"temperature": "hot"}, "temperature"),
        ({"temperature": "3"}, "temperature"),
        ({"language": "klingon"}, "language"),
        ({"timestamp_granularities[]": "letter"}, "timestamp_granularities"),
    ],
)
def test_wrong_values_are_named(client: FlaskClient, fields: dict[str, str], param: str) -> None:
    response = send(client, **fields)
    assert response.status_code == 400
    assert response.json["error"]["param"] == param


def test_a_form_without_a_recording_is_refused(client: FlaskClient) -> None:
    response = client.post(ADDRESS, data={"file": "x"}, content_type="multipart/form-data")
    assert (response.status_code, response.json["error"]["param"]) == (400, "file")
    assert client.post(ADDRESS, json={}).status_code == 415


class Waiting(InstantRecognizer):
    """Recognizes nothing until it may."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.may = threading.Event(), threading.Event()

    def hear(self, samples: bytes, wanted: Wanted, rank: int = 1) -> Heard:
        self.begun.set()
        assert self.may.wait(LONG_S)
        return super().hear(samples, wanted, rank)


def test_nothing_more_is_recognized_for_one_who_has_gone(
    serve: Callable[..., Serving], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    recognizer, gone = Waiting(), threading.Event()
    monkeypatch.setattr(Transcription, "cancel", lambda self: (cancel(self), gone.set()))
    serving = serve(engine, hearing=Hearing(DECODER, recognizer))  # type: ignore[arg-type]
    with serving.connect() as connection:
        connection.sendall(form(b"20 2 20 2 20"))
        assert recognizer.begun.wait(LONG_S)
    assert gone.wait(LONG_S)
    recognizer.may.set()
    until = time.monotonic() + LONG_S
    while len(serving.services.running) and time.monotonic() < until:
        time.sleep(0.01)
    assert len(recognizer.wanted) == 1


def form(recording: bytes) -> bytes:
    """A request with a recording, as it goes over the wire."""
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    body += recording + b"\r\n--x--\r\n"
    head = f"POST {ADDRESS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Content-Type: multipart/form-data; boundary=x\r\n\r\n" + body


def test_a_crash_is_told_as_ours(client: FlaskClient) -> None:
    assert send(client, prompt="crash").status_code == 503


def test_without_a_model_it_is_said_what_to_do(services: Services) -> None:
    response = send(client_of(services))
    assert response.status_code == 501
    assert "--whisper-model" in response.json["error"]["message"]
