from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.width import columns, padded, wrapped


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("中文", 4), ("e\u0301", 1), ("“a”", 3)])
def test_a_chinese_character_takes_two_columns(text: str, width: int) -> None:
    assert columns(text) == width


def test_padding_counts_columns() -> None:
    assert padded("中", 4) + "|" == "中  |"


def test_words_stay_whole() -> None:
    assert wrapped("one two three", 8, " ") == " one two\n three"


def test_chinese_breaks_between_characters_but_never_before_a_full_stop() -> None:
    assert wrapped("今天天气好。", 10) == "今天天气\n好。"


@given(st.lists(st.sampled_from(["天", "气", "word", "。", "（", "）", " "])), st.integers(12, 40))
def test_nothing_is_lost_and_no_line_is_too_wide(pieces: list[str], width: int) -> None:
    text = "".join(pieces)
    lines = wrapped(text, width).splitlines()
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    closing = sum(piece in "。）（" for piece in pieces) * 2
    assert all(columns(line) <= width + closing for line in lines if len(line.split()) > 1)
