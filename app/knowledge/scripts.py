"""In which kind of writing a text is. Pure.

An embedding model likes passages in the question's own writing better, whatever they say; so each
kind has its own store of vectors, and what is found in one is compared with care to the others'.
"""

from __future__ import annotations

from typing import Literal

from app.terms import WIDE

Script = Literal["wide", "narrow"]
SCRIPTS: tuple[Script, ...] = ("wide", "narrow")
WIDE_SHARE = 0.2  # of a text's characters: one ideograph says as much as several letters


def script_of(text: str) -> Script:
    """Chinese, Japanese and Korean are "wide", all else is "narrow"."""
    wide = len(WIDE.findall(text))
    return "wide" if wide > WIDE_SHARE * max(1, len(text)) else "narrow"
