from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.api.services import Services
from app.conversations.history import History
from app.knowledge.library import Library
from tests.api.serving import Serving, client_of, parts_of
from tests.fakes.engine import scripted_engine
from tests.fakes.sight import scripted_sight
from tests.fakes.speech import scripted_hearing, scripted_speaking
from tests.knowledge.libraries import opened, until

ADDRESS = "/v1/assist"
ANSWER = "Zebras eat grass. They sleep standing up."

Asking = Callable[..., FlaskClient]


@pytest.fixture
def asking(services: Services, tmp_path: Path) -> Iterator[Asking]:
    """A client whose model answers as it is told, and which hears, sees and speaks."""
    with ExitStack() as held:
        whole = replace(
            services,
            hearing=held.enter_context(scripted_hearing()),
            voice=held.enter_context(scripted_speaking()),
            sight=held.enter_context(scripted_sight()),
            history=History(tmp_path / "history"),
        )
        held.callback(whole.history.close)

        def begin(answers: Any = ANSWER, **more: Any) -> FlaskClient:
            engine = scripted_engine(answers)
            held.callback(engine.close)
            return client_of(replace(whole, engine=engine, **more))

        yield begin


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = opened(tmp_path / "data")
    yield library
    library.close()


def send(client: FlaskClient, **fields: Any) -> TestResponse:
    data = {
        name: (io.BytesIO(value), name) if isinstance(value, bytes) else value
        for name, value in fields.items()
    }
    return client.post(ADDRESS, data=data, content_type="multipart/form-data")


def told(response: TestResponse) -> dict[str, list[Any]]:
    """The events by their types."""
    assert response.status_code == 200, response.text
    found: dict[str, list[Any]] = {}
    for each in parts_of(response):
        found.setdefault(each.get("type", "error"), []).append(each)
    return found


def test_a_text_is_answered_in_text_and_in_speech(asking: Asking) -> None:
    found = told(send(asking(), text="What do zebras eat?", response_format="pcm"))
    assert "".join(each["delta"] for each in found["text"]) == ANSWER
    assert [each["sentence"] for each in found["audio"]] == [
        "Zebras eat grass.",
        "They sleep standing up.",
    ]
    sounds = [base64.b64decode(each["audio"]) for each in found["audio"]]
    assert [len(sound) for sound in sounds] == [2 * 240 * 14, 2 * 240 * 19]
    assert {each["voice"] for each in found["audio"]} == {"heart"}
    [done] = found["done"]
    assert (done["text"], done["reason"]) == (ANSWER, "stop")


def test_each_sound_is_a_file_of_its_own(asking: Asking) -> None:
    [first, _] = told(send(asking(), text="Hi"))["audio"]
    data = base64.b64decode(first["audio"])
    assert first["format"] == "wav"
    assert int.from_bytes(data[40:44], "little") == len(data) - 44
    assert first["seconds"] == 0.14


def test_what_is_heard_and_seen_is_told_and_answered(asking: Asking) -> None:
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        return "Yes."

    found = told(send(asking(answer), text="Read it.", audio=b"3", picture=b"KEEP OUT"))
    [transcript] = found["transcript"]
    assert transcript["text"].startswith("transcribe None 3")
    assert found["picture"] == [{"type": "picture", "text": "KEEP OUT"}]
    [prompt] = prompts
    for words in (
        "[Text in the picture: KEEP OUT]",
        "Read it.",
        "transcribe None 3",
        "spoken aloud",
    ):
        assert words in prompt


def test_a_picture_alone_is_a_question(asking: Asking) -> None:
    found = told(send(asking(lambda prompt: prompt), picture=b"KEEP OUT", speak="false"))
    assert "What does this picture show?" in found["done"][0]["text"]
    assert "audio" not in found
    assert "spoken" not in found["done"][0]["text"]


def test_the_language_is_that_of_the_recording_and_of_the_voice(asking: Asking) -> None:
    found = told(send(asking("你好。"), audio=b"3", language="zh-CN"))
    assert found["transcript"][0]["text"].startswith("transcribe zh")
    [unspoken] = found["unspoken"]
    assert (unspoken["sentence"], unspoken["language"]) == ("你好。", "zh")


def test_documents_are_searched_when_that_is_asked(asking: Asking, library: Library) -> None:
    job = library.add("zebras.txt", b"Zebras eat grass. They sleep standing up.")
    library.wait(job, 60, searchable=False)
    client = asking(ANSWER, library=library)
    found = told(send(client, text="What do zebras eat?", use_context="true"))
    assert found["sources"][0]["sources"][0]["name"] == "zebras.txt"
    assert [each["start"] for event in found["citations"] for each in event["citations"]]


def test_a_conversation_of_the_client_goes_on(asking: Asking) -> None:
    messages = [
        {"role": "user", "content": "My name is Ada."},
        {"role": "assistant", "content": "Hi"},
    ]
    client = asking(lambda prompt: prompt)
    fields = {"messages": json.dumps(messages), "options": '{"max_tokens": 900}', "speak": "false"}
    found = told(send(client, text="Who am I?", **fields))
    assert "My name is Ada." in found["done"][0]["text"]


def test_a_conversation_that_is_kept_goes_on(asking: Asking) -> None:
    client = asking()
    uid = client.post("/v1/conversations", json={}).json["id"]
    for text in ("What do zebras eat?", "And then?"):
        found = told(send(client, text=text, conversation=uid, picture=b"KEEP OUT"))
        assert "".join(each["delta"] for each in found["text"]) == ANSWER
        assert found["done"][0]["state"] == "done"
        assert len(found["audio"]) == 2
    kept = client.get(f"/v1/conversations/{uid}").json["messages"]
    assert [each["text"] for each in kept] == ["What do zebras eat?", ANSWER, "And then?", ANSWER]


@pytest.mark.parametrize(
    ("fields", "status", "code", "words"),
    [
        ({}, 400, None, "Send something"),
        ({"text": " ", "audio": b""}, 400, None, "Send something"),
        ({"audio": b"text"}, 400, "sound_refused", "No sound"),
        ({"audio": b"0 3"}, 400, "sound_refused", "Nobody speaks"),
        ({"picture": b"refuse not-a-picture"}, 400, "picture_refused", "not a picture"),
        ({"file": b"3"}, 400, None, "audio, picture"),
        ({"text": "a", "voice": "bob"}, 404, "not_found", "heart"),
        ({"text": "a", "voice": "heart", "language": "zh"}, 400, "language_not_spoken", "English"),
        ({"text": "a", "response_format": "aac"}, 400, None, "wav"),
        ({"text": "a", "speed": "fast"}, 400, None, "speed"),
        ({"text": "a", "messages": "[{"}, 400, None, "messages"),
        ({"text": "a", "messages": '[{"role": "x"}]'}, 400, None, "role"),
        ({"text": "a", "options": '{"n": 2}'}, 400, None, "options.n"),
        ({"text": "a", "options": '{"top_p": 7}'}, 400, None, "top_p"),
        ({"text": "a", "conversation": "x", "messages": "[{}]"}, 400, None, "not both"),
        ({"text": "a", "conversation": "none"}, 404, "not_found", "none"),
        ({"text": "a", "use_context": "true"}, 501, "switched_off", "Documents"),
    ],
)
def test_what_cannot_be_answered_is_told(
    asking: Asking, fields: dict[str, Any], status: int, code: str | None, words: str
) -> None:
    response = send(asking(), **fields)
    assert response.status_code == status, response.text
    assert response.json["error"]["code"] == code
    assert words in response.json["error"]["message"]


def test_parts_that_are_off_are_told(services: Services) -> None:
    client = client_of(services)
    assert send(client, audio=b"3").status_code == 501
    assert send(client, text="Hi", speak="true").status_code == 501
    assert "audio" not in told(send(client, text="Hi"))


def test_a_failing_voice_costs_the_sound_and_not_the_answer(asking: Asking) -> None:
    found = told(send(asking("Fail. Good."), text="Hi"))
    assert "stopped working" in found["unspoken"][0]["reason"]
    assert [each["sentence"] for each in found["audio"]] == ["Good."]
    assert found["done"][0]["reason"] == "stop"


def test_whoever_leaves_stops_the_answer(serve: Callable[..., Serving]) -> None:
    with scripted_speaking() as voice:
        serving = serve(scripted_engine("Word. " * 500, step_s=0.01), voice=voice)
        body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nHi\r\n--x--\r\n'
        head = (
            f"POST {ADDRESS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        )
        with serving.connect() as connection:
            connection.sendall(head.encode() + body)
            seen = b""
            while b'"audio"' not in seen:
                seen += connection.recv(65536)
            assert serving.engine.stats().running == 1
        until(lambda: serving.engine.stats().running == 0)
        until(lambda: len(serving.services.running) == 0)
