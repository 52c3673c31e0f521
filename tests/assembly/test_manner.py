from __future__ import annotations

from pathlib import Path

import pytest

from app.assembly import manner_of
from app.errors import BadSettings
from app.settings import OPTIONS, Settings, Surroundings, of_arguments, read_settings


def settings_of(tmp_path: Path, *arguments: str) -> Settings:
    around = Surroundings(tmp_path / "assistant", (), {"HOME": str(tmp_path)})
    return read_settings(of_arguments(arguments, OPTIONS).given, around)


def test_what_is_said_of_sampling_holds_for_every_answer(tmp_path: Path) -> None:
    words = ("--temp", "0.25", "--seed", "7", "-n", "5", "--keep", "3", "--samplers", "top_k;top_p")
    wanted = manner_of(settings_of(tmp_path, *words)).generation
    assert (wanted.max_tokens, wanted.keep) == (5, 3)
    assert (wanted.sampling.temperature, wanted.sampling.seed) == (0.25, 7)
    assert wanted.sampling.samplers == ("top_k", "top_p")


def test_without_a_word_an_answer_is_as_long_as_there_is_room(tmp_path: Path) -> None:
    wanted = manner_of(settings_of(tmp_path)).generation
    assert wanted.max_tokens is None
    assert wanted.sampling.seed is None


def test_what_is_said_of_thoughts_and_templates_holds_too(tmp_path: Path) -> None:
    words = ("--reasoning", "off", "--reasoning-format", "none")
    wanted = manner_of(settings_of(tmp_path, *words, "--chat-template-kwargs", '{"tone": "dry"}'))
    assert (wanted.thinking, wanted.reasoning) == (False, "none")
    assert wanted.template_variables == {"tone": "dry"}


def test_what_is_no_object_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="takes a JSON object"):
        manner_of(settings_of(tmp_path, "--chat-template-kwargs", "[1]"))
