"""Files and templates that settings name."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.assembly.files import adapters_of, draft_of, template_of
from app.engine.named_templates import NAMED
from app.errors import BadSettings
from tests.cli.surroundings import settings_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some.gguf"
    path.write_bytes(b"GGUF")
    return path


def test_a_template_is_a_name_a_text_or_a_file(tmp_path: Path) -> None:
    assert template_of(settings_of(tmp_path)) is None
    assert template_of(settings_of(tmp_path, "--chat-template", "llama3")) == NAMED["llama3"]
    assert template_of(settings_of(tmp_path, "--chat-template", "{{ 1 }}")) == "{{ 1 }}"
    path = tmp_path / "own.jinja"
    path.write_text("{{ 2 }}")
    assert template_of(settings_of(tmp_path, "--chat-template-file", str(path))) == "{{ 2 }}"


def test_a_template_that_there_is_not_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="no chat template named llama9"):
        template_of(settings_of(tmp_path, "--chat-template", "llama9"))
    with pytest.raises(BadSettings, match="--chat-template-file"):
        template_of(settings_of(tmp_path, "--chat-template-file", str(tmp_path / "none")))


def test_adapters_have_their_scales(tmp_path: Path, file: Path) -> None:
    settings = settings_of(tmp_path, "--lora", str(file), "--lora-scaled", f"{file}:0.5")
    assert [each.scale for each in adapters_of(settings)] == [1.0, 0.5]


@pytest.mark.parametrize("scaled", ["some.gguf", "none.gguf:1", ":", "x:y"])
def test_an_adapter_that_cannot_be_is_told(tmp_path: Path, scaled: str) -> None:
    with pytest.raises(BadSettings, match="--lora-scaled"):
        adapters_of(settings_of(tmp_path, "--lora-scaled", scaled))


def test_a_draft_model_is_left_out_where_guesses_come_from_elsewhere(
    tmp_path: Path, file: Path
) -> None:
    named = ("--model-draft", str(file))
    assert draft_of(settings_of(tmp_path, *named)) is not None
    assert draft_of(settings_of(tmp_path, *named, "--spec-type", "none")) is None
    with pytest.raises(BadSettings, match="--model-draft"):
        draft_of(settings_of(tmp_path, "-md", str(tmp_path / "none")))
