from __future__ import annotations

import pytest

from app.speech.live.agreement import agreed


@pytest.mark.parametrize(
    ("before", "now", "settled"),
    [
        ("", "Ask not", ""),
        ("ask not what", "Ask not, why", "Ask not"),
        ("Ask not what you", "Ask not what your country", "Ask not what"),
        ("Ask", "Ask not", "Ask"),
        ("你好，世", "你好世界", "你好世"),
        ("我用 Python 写", "我用 Python 编", "我用 Python"),
        ("Ask not", "", ""),
    ],
)
def test_what_two_guesses_have_in_common_is_settled(before: str, now: str, settled: str) -> None:
    assert now[: agreed(before, now)] == settled
