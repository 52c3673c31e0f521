"""Numbers become Chinese words: dates, times, shares, decimals, and how many of something."""

from __future__ import annotations

import re
from collections.abc import Callable

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_MYRIADS = ("", "万", "亿", "万亿")
LONGEST = 9  # more digits are a number to be dialled, not counted
_MEASURES = "个次种位件条张本只块周天年人遍倍辆台份名家座"

_RULES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"(?<=\d),(?=\d{3}(?!\d))", lambda _found: ""),
    (
        r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)",
        lambda found: f"{dialled(found[1])}年{counted(found[2])}月{counted(found[3])}日",
    ),
    (r"(\d{4})(?=年)", lambda found: dialled(found[1])),
    (r"(?<!\d)(\d{1,2})[:：](\d{2})(?!\d)", lambda found: _time(found[1], found[2])),
    (r"(\d+(?:\.\d+)?)\s?[%％]", lambda found: "百分之" + _plain(found[1])),
    (r"(?<=\d)\s?[-~～–—]\s?(?=\d)", lambda _found: "到"),
    (r"(?<![A-Za-z\d)])[-−](?=\d)", lambda _found: "负"),
    (rf"(?<![\d.])2(?=[{_MEASURES}])", lambda _found: "两"),
    (r"\d+(?:\.\d+)?", lambda found: _plain(found[0])),
)


def in_words(text: str) -> str:
    """A text without digits."""
    for pattern, words in _RULES:
        text = re.sub(pattern, words, text)
    return text


def dialled(digits: str) -> str:
    """One after the other: 2024 is 二零二四."""
    return "".join(_DIGITS[int(each)] for each in digits)


def counted(digits: str) -> str:
    """As a quantity: 10500 is 一万零五百."""
    number, words = int(digits), ""
    if number == 0:
        return _DIGITS[0]
    myriad, lower = 0, 10_000
    while number:
        number, part = divmod(number, 10_000)
        if part:
            gap = _DIGITS[0] if words and lower < 1000 else ""
            words = _hundreds(part) + _MYRIADS[myriad] + gap + words
            lower = part
        elif words and not words.startswith(_DIGITS[0]):
            words = _DIGITS[0] + words
        myriad += 1
    return words[1:] if words.startswith("一十") else words


def _hundreds(part: int) -> str:
    words, skipped = "", False
    for place in range(3, -1, -1):
        digit = part // 10**place % 10
        if digit:
            words += (_DIGITS[0] if skipped and words else "") + _DIGITS[digit] + _PLACES[place]
        skipped = not digit
    return words


def _plain(number: str) -> str:
    whole, _, rest = number.partition(".")
    is_code = len(whole) > LONGEST or (len(whole) > 1 and whole.startswith("0"))
    return (dialled(whole) if is_code else counted(whole)) + (f"点{dialled(rest)}" if rest else "")


def _time(hours: str, minutes: str) -> str:
    if int(minutes) == 0:
        return f"{counted(hours)}点"
    gap = _DIGITS[0] if minutes.startswith("0") else ""
    return f"{counted(hours)}点{gap}{counted(minutes)}分"
