"""Texts that even the smallest model goes on with for certain, on whatever processor.

Roundings differ with the processor, and with what else a decode call carries.
"""

from __future__ import annotations

CERTAIN = ("1 2 3", "5 6 7 8", "9 8 7", "w x y z", "3 1 4", "a b c d", "4 5 6", "6 7 8 9")


def repeated(pattern: str) -> str:
    """The pattern, so often that it goes on; no space at the end, which would part from a word."""
    return " ".join([pattern] * 16)
