from __future__ import annotations

import pytest

from app.speech.aloud.words import is_sayable, spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("See https://www.example.com/a/b?q=1#x.", "See example dot com."),
        ("Mail bob.b@example.org now", "Mail bob dot b at example dot org now"),
        ("Open github.com first", "Open github dot com first"),
        ("app/main.py and setup.cfg", "app slash main dot py and setup dot cfg"),
        ("and/or 1/2 km/h", "and/or 1/2 km/h"),
        ("foo_bar() of MyClass", "foo bar of My Class"),
        ("i.e. this, e.g. that, etc.", "that is, this, for example, that, and so on"),
        ("A → B & C ≥ 3 ± 1", "A to B and C is at least 3 plus or minus 1"),
        ("~5 km, #1, 2^10, 2 * 3, 50%", "~5 km, #1, 2^10, 2 * 3, 50%"),
        ("great 🎉👍🏽 work ✨", "great work"),
        ("Call 555-123-4567", "Call 5 5 5, 1 2 3, 4 5 6 7"),
        ("naïve café", "naïve café"),
    ],
)
def test_signs_become_words(written: str, said: str) -> None:
    assert spoken(written) == said


def test_in_chinese_they_become_chinese_ones() -> None:
    assert spoken("访问 www.a.cn，A → B", "zh") == "访问 a点cn，A 到 B"


def test_of_other_languages_only_the_signs_go() -> None:
    assert spoken("Grüße an a@b.de 🎉 {x}", "de") == "Grüße an a@b.de x"


def test_a_number_can_be_said_and_dots_cannot() -> None:
    assert is_sayable("5")
    assert not is_sayable("… —")
