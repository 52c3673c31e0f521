"""Speaking through the built file: what it says, it understands itself."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

import httpx
import pytest

from app.bundle.executable import Executable
from tests.started import Started, environment
from tests.talking import Conversation, at_16_khz

pytestmark = pytest.mark.frozen

LONG_S = 600.0
SENTENCES = (
    "The old man walked slowly to the harbour and looked at the boats.",
    "Please remember to bring three bottles of water and some bread.",
    "Yesterday the train to London was twenty minutes late.",
)


@pytest.fixture(scope="module")
def client(server: Started) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=LONG_S) as client:
        yield client


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+|\d+", text.lower())


def test_what_is_said_is_understood(client: httpx.Client) -> None:
    form = "opus"
    text = "# A walk\n\n" + " ".join(SENTENCES)
    body = {"input": text, "voice": "alloy", "model": "tts-1", "response_format": form}
    said = client.post("/v1/audio/speech", json=body).raise_for_status().content
    files = {"file": (f"said.{form}", said)}
    heard = client.post("/v1/audio/transcriptions", files=files, data={"language": "en"})
    match = SequenceMatcher(
        None, words("A walk. " + " ".join(SENTENCES)), words(heard.json()["text"])
    )
    assert match.ratio() > 0.8


def test_the_first_sentence_is_heard_while_the_others_are_made(client: httpx.Client) -> None:
    body = {"input": " ".join(SENTENCES), "response_format": "pcm"}
    with client.stream("POST", "/v1/audio/speech", json=body) as response:
        parts = list(response.iter_raw())
    assert response.headers["transfer-encoding"] == "chunked"
    assert len(parts) >= 2
    assert 5 < sum(map(len, parts)) / 48_000 < 25


def test_a_language_that_nobody_speaks_is_told(client: httpx.Client) -> None:
    answer = client.post("/v1/audio/speech", json={"input": "こんにちは、世界。"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "language_not_spoken")
    assert client.get("/v1/audio/voices").json()["languages"] == ["en", "zh"]


def test_chinese_is_said_and_understood_in_either_kind_of_characters(client: httpx.Client) -> None:
    text = "明天上午我们在会议室开会。"
    body = {"input": text, "response_format": "flac"}
    files = {"file": client.post("/v1/audio/speech", json=body).raise_for_status().content}
    for language, written in (("zh", text), ("zh-TW", "明天上午我們在會議室開會。")):
        heard = client.post(
            "/v1/audio/transcriptions", files=files, data={"language": language}
        ).json()["text"]
        assert SequenceMatcher(None, written, heard).ratio() > 0.7


def test_a_voice_of_kokoro_that_lies_in_a_folder_is_used(
    executable: Path, server: Started, tmp_path: Path
) -> None:
    inside = Executable.open(executable)
    for kind, name in (("voice-model", "kokoro-v1.0.onnx"), ("voice", "zf_mine.bin")):
        entry = inside.directory.find(kind)
        assert entry is not None
        (tmp_path / name).write_bytes(inside.slice(entry).mapped())
    words = ["今天是2024年。", "-o", tmp_path / "said.wav", "--voice", "zf_mine"]
    done = subprocess.run(
        [executable, "speak", *words, "--voices", tmp_path],
        env=environment(server.output.parent),
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=True,
    )
    assert "s of speech by zf_mine" in done.stderr
    assert (tmp_path / "said.wav").stat().st_size > 48_000


def test_the_terminal_writes_a_file_that_it_understands(
    executable: Path, server: Started, tmp_path: Path
) -> None:
    home = server.output.parent  # what is unpacked once is there
    done = subprocess.run(
        [executable, "speak", "-o", tmp_path / "said.flac", "--speed", "0.9"],
        input=SENTENCES[0],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=True,
    )
    assert "s of speech by heart" in done.stderr
    assert (tmp_path / "said.flac").read_bytes().startswith(b"fLaC")


def test_one_request_hears_answers_and_speaks(client: httpx.Client) -> None:
    body = {"input": SENTENCES[1], "response_format": "flac"}
    question = client.post("/v1/audio/speech", json=body).content
    certain = json.dumps({"grammar": 'root ::= "Good morning. Good night."'})
    fields = {"language": "en", "response_format": "opus", "options": certain}
    answer = client.post("/v1/assist", files={"audio": ("q.flac", question)}, data=fields)
    events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data:")]
    kinds = [each["type"] for each in events]
    assert (kinds[0], kinds[-1]) == ("transcript", "done")
    assert "water" in events[0]["text"].lower()
    said = [each for each in events if each["type"] == "audio"]
    assert [each["sentence"] for each in said] == ["Good morning.", "Good night."]
    assert all(base64.b64decode(each["audio"]).startswith(b"OggS") for each in said)


def test_whoever_speaks_over_an_answer_interrupts_it_and_is_answered(client: httpx.Client) -> None:
    body = {"input": SENTENCES[1], "response_format": "pcm"}
    question = at_16_khz(client.post("/v1/audio/speech", json=body).content) + bytes(64_000)
    long = {"grammar": f'root ::= "{"And one more word. " * 70}"', "max_tokens": 500}
    talk = Conversation(client)
    with talk.talking(options=long, language="en"):
        talk.say(question)
        talk.until("audio")
        assert "done" not in [each["type"] for each in talk.seen]
        talk.say(question)
        heard = talk.until("final")["text"]
        talk.until("interrupted")
        assert talk.until("text")["delta"]
    assert "water" in heard.lower()


def test_what_nobody_says_is_not_answered(client: httpx.Client) -> None:
    answer = client.post("/v1/assist", files={"audio": ("a.wav", b"Dear diary,")})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "sound_refused")
    assert client.post("/v1/assist", files={"x": b""}, data={"text": ""}).status_code == 400
