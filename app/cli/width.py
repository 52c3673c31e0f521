"""Text laid out in the columns of a terminal, where a Chinese character takes two."""

from __future__ import annotations

import unicodedata


def columns(text: str) -> int:
    """How many columns a terminal gives the text."""
    return sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(text: str, width: int) -> str:
    """The text with blanks after it, up to that many columns."""
    return text + " " * max(0, width - columns(text))


def wrapped(text: str, width: int, indent: str = "") -> str:
    """Lines of at most `width` columns: broken at blanks, and between Chinese characters."""
    lines, line = [], indent
    for piece in _pieces(text):
        if columns(line + piece.rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line = indent
        line += piece.lstrip() if line == indent else piece
    return "\n".join([*lines, line.rstrip()])


def _pieces(text: str) -> list[str]:
    """What may stand at the end of a line: a word with the blank after it, or one character."""
    pieces = [""]
    for character in text:
        before = pieces[-1][-1:]
        closing = unicodedata.category(character) in ("Po", "Pe", "Pf")
        opening = unicodedata.category(before or "a") in ("Ps", "Pi")
        wide = _columns_of(character) == 2 or (before and _columns_of(before) == 2)
        if before and (before == " " or wide) and not (closing or opening or character == " "):
            pieces.append("")
        pieces[-1] += character
    return pieces
