"""Speech through the built file: made here as sound, or where it lies beside the repository."""

from __future__ import annotations

import io
import json
import subprocess
import threading
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.knowledge import shared
from tests.speech.media import files
from tests.started import Started, environment
from tests.talking import at_16_khz

pytestmark = pytest.mark.frozen

LONG_S = 600.0
SPEECH = [path for path in [shared.data("audio", "jfk.wav")] if path]
KINDS = ("wav", "flac", "mp3")
SAID = ("ask not what your country can do for you", "what you can do for your country")


@pytest.fixture(scope="module")
def home(server: Started) -> Path:
    """Where everything is unpacked already."""
    return server.output.parent


@pytest.fixture(scope="module")
def client(server: Started) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=LONG_S) as client:
        yield client


def transcribed(client: httpx.Client, recording: bytes, **fields: str) -> httpx.Response:
    file = {"file": ("recording", recording)}
    return client.post("/v1/audio/transcriptions", files=file, data=fields)


@pytest.mark.parametrize("path", SPEECH)
def test_speech_becomes_text_with_the_times_of_its_words(client: httpx.Client, path: Path) -> None:
    fields = {"response_format": "verbose_json", "timestamp_granularities[]": "word"}
    told = transcribed(client, path.read_bytes(), **fields).json()
    plain = told["text"].lower().replace(",", "")
    assert all(words in plain for words in SAID)
    assert told["language"] == "english"
    assert told["duration"] == pytest.approx(11, abs=0.1)
    starts = [word["start"] for word in told["words"]]
    assert starts == sorted(starts)
    assert len(starts) > 15
    assert all(0 <= word["start"] <= word["end"] <= 11.2 for word in told["words"])


def told_live(client: httpx.Client, samples: bytes, **wanted: Any) -> list[dict[str, Any]]:
    """What is told of sound that comes in chunks of 0.2 seconds, as fast as it is taken."""
    told: list[dict[str, Any]] = []
    address = f"/v1/audio/live/{client.post('/v1/audio/live', json=wanted).json()['id']}"

    def read() -> None:
        with client.stream("GET", f"{address}/events") as lines:
            data = [line[6:] for line in lines.iter_lines() if line.startswith("data: ")]
        assert data.pop() == "[DONE]"
        told.extend(map(json.loads, data))

    reader = threading.Thread(target=read)
    reader.start()
    for at in range(0, len(samples), 6_400):
        chunk, kind = samples[at : at + 6_400], {"Content-Type": "audio/pcm"}
        assert client.post(address, content=chunk, headers=kind).status_code == 200
    taken = client.delete(address).json()["seconds"]
    reader.join(LONG_S)
    assert taken == pytest.approx(len(samples) / 32_000, abs=0.01)
    return told


@pytest.mark.parametrize("path", SPEECH)
def test_what_is_being_said_becomes_text_while_it_is_said(client: httpx.Client, path: Path) -> None:
    events = told_live(client, path.read_bytes()[44:], words=True)
    kinds = {event["type"] for event in events}
    assert {"speech", "final"} <= kinds
    said = " ".join(event["text"] for event in events if event["type"] == "final")
    assert "what your country can do for you" in said.lower()
    words = [word for event in events for word in event.get("words", ())]
    assert 8 < next(each["start"] for each in reversed(words) if "do" in each["word"]) < 11.2


def test_the_voice_inside_is_understood_live(client: httpx.Client) -> None:
    sentence = "Please remember to bring three bottles of water and some bread."
    body = {"input": sentence, "response_format": "pcm"}
    said = client.post("/v1/audio/speech", json=body).raise_for_status().content
    events = told_live(client, at_16_khz(said) + bytes(64_000), language="en")
    assert events[0]["type"] == "speech"
    heard = " ".join(event["text"] for event in events if event["type"] == "final")
    assert SequenceMatcher(None, sentence.lower().split(), heard.lower().split()).ratio() > 0.7


def test_who_says_nothing_is_told_nothing(client: httpx.Client) -> None:
    assert told_live(client, bytes(64_000)) == []


@pytest.mark.parametrize("path", SPEECH)
def test_the_terminal_writes_subtitles(executable: Path, home: Path, path: Path) -> None:
    done = subprocess.run(
        [executable, "transcribe", path, "--srt", "--language", "en"],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=True,
    )
    assert done.stdout.startswith("1\n00:00:0")
    assert "country" in done.stdout


def test_recordings_of_all_kinds_without_speech_are_told_from_what_cannot_be_read(
    client: httpx.Client, tmp_path: Path
) -> None:
    head, packets = files.opus(2, loudness=0.0)
    silent = [files.written(tmp_path / f"a.{kind}", 2, 48_000, loudness=0.0) for kind in KINDS]
    recordings = (
        *(path.read_bytes() for path in silent),
        files.matroska("A_OPUS", head, packets, live=True),
        files.mp4(files.aac_entry(), [files.SILENT_AAC] * 60),
        files.fragmented(files.aac_entry(), [files.SILENT_AAC] * 60),
    )
    for recording in recordings:
        assert "Nobody speaks" in transcribed(client, recording).json()["error"]["message"]


def test_what_is_no_recording_is_refused(client: httpx.Client) -> None:
    answer = transcribed(client, io.BytesIO(b"Dear diary,").getvalue())
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "sound_refused")
