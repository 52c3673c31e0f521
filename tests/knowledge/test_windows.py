from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.knowledge.tokens import estimate
from app.knowledge.windows import MOST_TOKENS, windows


@given(st.text("ab 甲乙。.!\n", max_size=3000))
def test_windows_are_together_all_of_the_text(text: str):
    assert "".join("".join(window.split()) for window in windows(text)) == "".join(text.split())


def test_windows_are_of_about_the_same_size():
    text = "One sentence has these nine words in it. " * 50
    sizes = [estimate(window) for window in windows(text)]
    assert len(sizes) > 2
    assert max(sizes) < 1.2 * MOST_TOKENS
    assert min(sizes) > 0.6 * max(sizes)


def test_a_short_text_is_one_window():
    assert windows("Short. Very short.") == ["Short. Very short."]
    assert windows("") == []
