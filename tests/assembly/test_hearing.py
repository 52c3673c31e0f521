from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from app import __main__ as program
from app.assembly import hearing
from app.assembly.children import own_command
from app.bundle.slice import Slice
from app.errors import BadSettings
from tests.cli.surroundings import parts_of, settings_of
from tests.speech.media import files


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def test_the_hidden_verbs_are_those_that_hearing_calls() -> None:
    assert (program.DECODE, program.RECOGNIZE) == (hearing.DECODE, hearing.RECOGNIZE)


def test_the_child_writes_samples_and_tells_their_length(tmp_path: Path) -> None:
    file = files.written(tmp_path / "a.wav", 2, 48_000, 2)
    command = own_command(hearing.DECODE, str(file), str(tmp_path), "3600")
    done = subprocess.run(command, capture_output=True, check=True)
    assert len(done.stdout) == pytest.approx(2 * 2 * 16_000, abs=8)
    assert b'{"seconds": 2.0}' in done.stderr


@pytest.mark.parametrize(
    ("content", "longest", "told"),
    [(b"Dear diary,", "3600", b"not-audio"), (None, "1", b"too-long")],
)
def test_the_child_tells_what_is_wrong(
    tmp_path: Path, content: bytes | None, longest: str, told: bytes
) -> None:
    file = files.written(tmp_path / "a.wav", 2, 48_000)
    if content:
        file.write_bytes(content)
    command = own_command(hearing.DECODE, str(file), str(tmp_path), longest)
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout == b""
    assert told in done.stderr


def test_without_a_model_nothing_listens(home: Path) -> None:
    with hearing.hearing(settings_of(home), parts_of(home)) as listening:
        assert listening is None


def test_a_speech_model_may_be_named(home: Path) -> None:
    (home / "good.bin").write_bytes(b"lmgg....")
    (home / "bad.bin").write_bytes(b"GGUF....")

    def named(name: str) -> Slice | None:
        settings = settings_of(home, "--whisper-model", str(home / name))
        return hearing.whisper_of(settings, parts_of(home))

    assert named("good.bin") == Slice(home / "good.bin", 0, 8)
    for name in ("bad.bin", "none.bin"):
        with pytest.raises(BadSettings, match=name):
            named(name)
