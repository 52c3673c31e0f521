"""A grammar's rules, however they were written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ref:
    """Whatever a rule produces."""

    rule: int


@dataclass(frozen=True, slots=True)
class Characters:
    """One character whose code is in one of the ranges (both ends count), or in none of them."""

    ranges: tuple[tuple[int, int], ...]
    negated: bool = False

    def matches(self, code: int) -> bool:
        """Whether this character fits."""
        return any(first <= code <= last for first, last in self.ranges) != self.negated


@dataclass(frozen=True, slots=True)
class TokenElement:
    """One whole token, or any but that."""

    text: str


Element = Ref | Characters | TokenElement


@dataclass(frozen=True, slots=True)
class Productions:
    """What each rule may produce: one of several sequences."""

    rules: tuple[tuple[tuple[Element, ...], ...], ...]
    root: int
