from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import NotFound, NotSpoken
from app.speech.voices import HEART, OTHERS, Voices, in_folder
from tests.fakes.speech import EMMA

VOICES = Voices([HEART, EMMA])


def test_a_text_is_said_by_a_voice_of_its_language() -> None:
    assert VOICES.choose("Hello there") == HEART
    assert VOICES.choose("Hello there", "emma") == EMMA
    assert VOICES.choose("12345", "emma") == EMMA
    assert VOICES.choose("12345") == HEART


@pytest.mark.parametrize("name", ["alloy", "default", "Nova"])
def test_the_names_of_another_service_stand_for_any_voice(name: str) -> None:
    assert VOICES.choose("Hello there", name) == HEART


@pytest.mark.parametrize(
    ("text", "name", "language"),
    [("你好，世界", "", None), ("你好", "heart", None), ("OK", "", "zh"), ("OK", "heart", "zh")],
)
def test_a_language_that_nobody_speaks_is_refused_with_those_there_are(
    text: str, name: str, language: str | None
) -> None:
    with pytest.raises(NotSpoken) as refused:
        VOICES.choose(text, name, language)
    assert "speaks Chinese. The languages are: English." in refused.value.message.en
    assert "中文" in refused.value.message.zh
    assert "英语" in refused.value.message.zh


def test_a_voice_that_is_not_there_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="heart, emma"):
        VOICES.choose("Hello", "bob")


def test_voices_of_a_folder_are_known_by_the_names_of_their_files(tmp_path: Path) -> None:
    assert in_folder(None) == in_folder(tmp_path / "none") == in_folder(tmp_path) == []
    (tmp_path / "bf_emma.int8.onnx").write_bytes(b"")
    (tmp_path / "readme.txt").write_bytes(b"")
    [emma] = in_folder(tmp_path)
    assert (emma.name, emma.file) == ("emma", tmp_path / "bf_emma.int8.onnx")


def test_the_table_of_voices_is_that_of_the_library() -> None:
    from hibari.voices import VOICES as THEIRS  # noqa: TID251

    assert {each["file"] for each in THEIRS.values() if not each.get("bundled")} == set(OTHERS)
