from __future__ import annotations

import pytest

from app.speech.languages import code, is_traditional


@pytest.mark.parametrize(
    ("given", "found", "traditional"),
    [
        ("zh", "zh", False),
        ("zh-CN", "zh", False),
        ("zh_TW", "zh", True),
        ("zh-Hant-HK", "zh", True),
        ("Chinese", "zh", False),
        ("en-HK", "en", False),
    ],
)
def test_a_region_tells_the_kind_of_characters(given: str, found: str, traditional: bool) -> None:
    assert (code(given), is_traditional(given)) == (found, traditional)
