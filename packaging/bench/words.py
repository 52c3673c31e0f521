"""Words that were recognized beside those that were said."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SAME = {"mr": "mister", "mrs": "missus", "dr": "doctor", "ok": "okay", "grey": "gray"}


def words(text: str) -> list[str]:
    """A text's words without case and punctuation."""
    found = re.findall(r"[a-z0-9']+", text.lower().replace("’", "'").replace("-", " "))
    return [_SAME.get(word, word) for word in found if word.strip("'")]


def aligned(said: Sequence[str], heard: Sequence[str]) -> tuple[int, dict[int, int]]:
    """How many edits lie between two texts, and which words of `said` are which of `heard`.

    Source: Wagner, Fischer, "The String-to-String Correction Problem".
    """
    rows = [list(range(len(heard) + 1))]
    for at, word in enumerate(said, 1):
        row, above = [at], rows[-1]
        for column, other in enumerate(heard, 1):
            replaced = above[column - 1] + (word != other)
            row.append(min(above[column] + 1, row[-1] + 1, replaced))
        rows.append(row)
    return rows[-1][-1], _path(said, heard, rows)


def _path(said: Sequence[str], heard: Sequence[str], rows: list[list[int]]) -> dict[int, int]:
    same: dict[int, int] = {}
    at, column = len(said), len(heard)
    while at and column:
        differs = said[at - 1] != heard[column - 1]
        if rows[at][column] == rows[at - 1][column - 1] + differs:
            at, column = at - 1, column - 1
            if not differs:
                same[at] = column
        elif rows[at][column] == rows[at - 1][column] + 1:
            at -= 1
        else:
            column -= 1
    return same


def error_rate(said: str, heard: str) -> float:
    """Edits for each word that was said."""
    reference = words(said)
    return aligned(reference, words(heard))[0] / len(reference)
