"""Finds markers in text that comes in pieces."""

from __future__ import annotations

from collections.abc import Sequence


def first(text: str, markers: Sequence[str]) -> tuple[int, str] | None:
    """Where the first marker stands, and which it is."""
    found = [(at, marker) for marker in markers if (at := text.find(marker)) >= 0]
    return min(found, key=lambda each: each[0], default=None)


def sure(text: str, markers: Sequence[str]) -> int:
    """How much of a text without a marker is certainly not the beginning of one."""
    longest = max((len(marker) - 1 for marker in markers), default=0)
    for length in range(min(longest, len(text)), 0, -1):
        if any(marker.startswith(text[-length:]) for marker in markers):
            return len(text) - length
    return len(text)
