from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app import assembly
from app.bundle.page import PageFiles
from app.bundle.parts import Parts, parts
from app.bundle.slice import Slice
from app.engine.request import Generation, Sampling
from app.engine.text import Delta, TextReply
from app.errors import BadFile, BadSettings
from app.settings import OPTIONS, Settings, Surroundings, of_arguments, read_settings


def settings_of(tmp_path: Path, *arguments: str) -> Settings:
    around = Surroundings(tmp_path / "assistant", (), {"HOME": str(tmp_path)})
    return read_settings(of_arguments(arguments, OPTIONS).given, around)


def parts_of(tmp_path: Path, model: Slice | None = None) -> Parts:
    return Parts(model, "inside" if model else "", tmp_path, PageFiles.none(), (), "test", ())


def test_the_model_inside_is_used_unless_another_is_named(tmp_path: Path) -> None:
    inside = Slice(tmp_path / "assistant", 4096, 10)
    found = parts_of(tmp_path, inside)
    assert assembly.model_of(settings_of(tmp_path), found) is inside
    assert assembly.model_name(settings_of(tmp_path), found) == "inside"
    other = tmp_path / "other.gguf"
    other.write_bytes(b"GGUF")
    named = settings_of(tmp_path, "-m", str(other))
    assert assembly.model_of(named, found) == Slice(other, 0, 4)
    assert assembly.model_name(named, found) == "other"


def test_without_any_model_it_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"-m model\.gguf"):
        assembly.model_of(settings_of(tmp_path), parts_of(tmp_path))


@pytest.mark.parametrize("name", ["none.gguf", "."])
def test_a_model_that_is_not_a_file_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(BadSettings) as caught:
        assembly.model_of(settings_of(tmp_path, "--model", str(path)), parts_of(tmp_path))
    assert str(path) in caught.value.message.en


@pytest.mark.live
def test_settings_and_parts_become_an_engine_that_answers(
    tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings = settings_of(tmp_path, "-m", str(model_path), "-c", "512", "-np", "2", "-t", "1")
    with assembly.engine(settings, parts()) as engine:
        engine.wait_ready(120)
        model = engine.model
        assert (model.facts.context_tokens, model.facts.sequences) == (512, 2)
        prompt = model.chat_prompt([{"role": "user", "content": "Hello"}])
        greedy = Generation(prompt, 8, Sampling(temperature=0.0))
        answer = [event for event in TextReply(engine.submit(greedy)) if isinstance(event, Delta)]
        assert "".join(each.text for each in answer).strip()


@pytest.mark.live
def test_a_file_that_is_no_model_is_refused_by_the_engine(
    tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(b"not a model")
    with (
        assembly.engine(settings_of(tmp_path, "-m", str(wrong)), parts()) as engine,
        pytest.raises(BadFile, match=r"wrong\.gguf"),
    ):
        engine.wait_ready(120)


@pytest.mark.live
def test_a_variant_that_does_not_exist_is_refused_with_those_that_do(
    tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings = replace(settings_of(tmp_path, "-m", str(model_path)), cpu="i486")
    with (
        pytest.raises(BadSettings, match=r"i486.*x64|i486.*armv8"),
        assembly.engine(settings, parts()),
    ):
        pass
