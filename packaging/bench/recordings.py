"""Speech whose words are known: people reading a novel, a president, and a voice of this time.

The readers are LibriVox's; PocketSphinx's source package has them, with the time of every word.
"""

from __future__ import annotations

import json
import tarfile
import tempfile
import wave
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import environment
import places
from app.language import Text
from bench.documents import data
from bench.peers import SPEECH
from bench.words import words

RATE = 16_000
PAUSE_S = 0.8
REQUIREMENT = "pocketsphinx==5.1.1"
FOLDER = "test/data/librivox"
PRESIDENT = (
    "And so, my fellow Americans, ask not what your country can do for you, "
    "ask what you can do for your country."
)

_NOT_FETCHED = Text(
    "The recordings of locks/recordings.txt could not be fetched: check the network.",
    "无法下载 locks/recordings.txt 中的录音：请检查网络。",
)


@dataclass(frozen=True, slots=True)
class Recording:
    """16-bit samples at 16 kHz, and what is said. `ends`: of every word, in seconds, if known."""

    samples: bytes
    text: str
    ends: tuple[float, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / 2 / RATE


@cache
def readers() -> tuple[Recording, ...]:
    """Sentences of a novel, read by a person."""
    folder = places.kept("bench") / "librivox"
    if not folder.exists():
        _fetch(folder)
    found = []
    for told in sorted(folder.glob("*[0-9].json")):
        spoken = [word for word in json.loads(told.read_text("utf-8"))["w"] if word["t"][0] != "<"]
        text = " ".join(word["t"].partition("(")[0] for word in spoken)
        ends = tuple(word["b"] + word["d"] for word in spoken)
        found.append(Recording(_samples(told.with_suffix(".wav")), text, ends))
        assert len(words(text)) == len(ends), told.name
    return tuple(found)


@cache
def all_of_them() -> Recording:
    """Everything there is, one after the other."""
    president = Recording(_samples(data("audio", "jfk.wav")), PRESIDENT)
    return joined((*readers(), president, *_spoken()))


def joined(parts: tuple[Recording, ...]) -> Recording:
    """One recording of several, with pauses between."""
    samples, ends = bytearray(), list[float]()
    for part in parts:
        at = len(samples) / 2 / RATE
        ends += [at + end for end in part.ends]
        samples += part.samples + bytes(round(PAUSE_S * RATE) * 2)
    return Recording(bytes(samples), " ".join(part.text for part in parts), tuple(ends))


def lasting(recording: Recording, seconds: float) -> Recording:
    """The recording again and again, for so long."""
    size = round(seconds * RATE) * 2
    samples = (recording.samples * (size // len(recording.samples) + 1))[:size]
    return Recording(samples, "")


def write(recording: Recording, path: Path) -> Path:
    """As a wav file."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(recording.samples)
    return path


def _spoken() -> list[Recording]:
    texts = Path(__file__).with_name("sentences.txt").read_text("utf-8").splitlines()
    with tempfile.TemporaryDirectory() as folder:
        files = SPEECH.measured("speak", folder, json.dumps(texts))
        return [Recording(_samples(Path(f)), text) for f, text in zip(files, texts, strict=True)]


def _samples(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        samples: bytes = file.readframes(file.getnframes())
        return samples


def _fetch(folder: Path) -> None:
    environment.prepare(("build",))
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        environment.pip(
            *("download", "--no-deps", "--no-build-isolation", "--no-binary=pocketsphinx"),
            *("--require-hashes", "-r", str(places.LOCKS / "recordings.txt"), "-d", temporary),
            log="recordings",
            failure=_NOT_FETCHED,
            environment=environment.search_path(),
        )
        with tarfile.open(next(Path(temporary).glob("*.tar.gz"))) as archive:
            archive.extractall(temporary, filter="data")
        next(Path(temporary).glob(f"*/{FOLDER}")).rename(folder)
