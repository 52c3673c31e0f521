from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app import __main__ as program
from app.assembly import speaking
from app.errors import BadSettings
from app.speech.speaking import Speaking
from tests.cli.surroundings import parts_of, settings_of
from tests.knowledge.libraries import until


def test_the_hidden_verb_is_the_one_that_speaking_calls() -> None:
    assert program.SPEAK == speaking.SPEAK


def test_the_program_as_its_own_child_speaks_english(tmp_path: Path) -> None:
    with speaking.speaking(settings_of(tmp_path), parts_of(tmp_path)) as voice:
        assert isinstance(voice, Speaking)
        said = voice.speak("The old man reads a book.", voice.voices.choose("", "heart"), "pcm")
        data = np.frombuffer(b"".join(said), "<i2")
    assert 1 < len(data) / 24_000 < 4
    assert np.abs(data).max() > 3000


def test_whoever_had_something_said_is_spoken_to_at_once_by_the_next_start(tmp_path: Path) -> None:
    settings, found = settings_of(tmp_path, "--data", str(tmp_path / "data")), parts_of(tmp_path)
    with speaking.speaking(settings, found, lambda: None) as silent:
        assert silent is not None
        assert not list(tmp_path.glob("data/*"))
        silent.speak("Hello.", silent.voices.choose("", "heart"), "pcm")
        assert not silent.is_loaded
    with speaking.speaking(settings, found, lambda: None) as voice:
        assert voice is not None
        until(lambda: voice.is_loaded)


def test_voices_lie_in_the_data_folder_or_one_that_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "voices"
    folder.mkdir(parents=True)
    (folder / "bf_emma.int8.onnx").write_bytes(b"")
    for flags in (("--data", str(tmp_path / "data")), ("--voices", str(folder))):
        with speaking.speaking(settings_of(tmp_path, *flags), parts_of(tmp_path)) as voice:
            assert voice is not None
            assert [each.name for each in voice.voices.known] == ["heart", "emma"]


def test_a_named_folder_without_voices_is_refused(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "--voices", str(tmp_path))
    with pytest.raises(BadSettings), speaking.speaking(settings, parts_of(tmp_path)):
        pass
