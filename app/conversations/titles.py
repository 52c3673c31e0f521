"""Titles made from the first question. Pure."""

from __future__ import annotations

import re

MOST = 60  # characters
_MARKS = re.compile(r"^[#>*\-\s`]+|[`*_]+")


def title_of(text: str) -> str:
    """The first line that says something, cut where a word ends."""
    lines = (_MARKS.sub("", line).strip() for line in text.splitlines())
    line = " ".join(next((each for each in lines if re.search(r"\w", each)), "").split())
    if len(line) <= MOST:
        return line
    cut = line[:MOST]
    space = cut.rfind(" ")
    return (cut[:space] if space > MOST // 2 else cut).rstrip(" ,.;:，。；：、") + "…"
