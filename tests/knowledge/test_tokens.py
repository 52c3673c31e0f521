from __future__ import annotations

import pytest

from app.knowledge.tokens import estimate


@pytest.mark.parametrize(
    "text", ["", "a", "Two words.", "x_1 = f(3.14, 'y')  # 20%", "tabs\tand\nlines", "A-b c'd  e"]
)
def test_the_quick_way_for_ascii_counts_as_the_long_one_does(text: str):
    # One accented letter takes the long way, and counts as half a token and no word.
    long_way = estimate(f"{text} é") - estimate(" é")
    assert abs(estimate(text) - long_way) <= 1


def test_chinese_counts_by_characters():
    assert estimate("十月的果园") == 4
