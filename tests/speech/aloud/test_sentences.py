from __future__ import annotations

import pytest

from app.speech.aloud.sentences import cut, ends


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("One. Two", ["One."]),
        ("“One.” Two", ["“One.”"]),
        ("Really?! Yes", ["Really?!"]),
        ("Mr. Fox ran", []),
        ("At 3.5 km", []),
        ("J. R. Tolkien", []),
        ("Well... maybe", []),
        ("Use `a. B` here", []),
        ("See [a. B](c) here", []),
        ("好。是吗？对", ["好。", "是吗？"]),
        ("见[这里。](#x)", []),
        ("It ended.", []),  # it may go on: 3.5
        ("it was I. Then", ["it was I."]),
    ],
)
def test_where_sentences_end(text: str, last: list[str]) -> None:
    found, start = [], 0
    for end in ends(text):
        found.append(text[start:end].strip())
        start = end
    assert found == last


def test_long_ones_are_cut_at_commas_else_at_spaces_else_anywhere() -> None:
    assert cut("one two, three", 10) == ["one two,", "three"]
    assert cut("one two three", 10) == ["one two", "three"]
    assert cut("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert cut("") == []
