"""A grammar's rules, however they were written."""

from __future__ import annotations

from collections.abc import Iterator
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
    """One whole token, or any but that: `<name>`, `<[number]>`, `!<name>`."""

    text: str

    @property
    def number(self) -> int | None:
        """The token's id, where that is what is written."""
        inner = self.text.lstrip("!").strip("<>")
        return int(inner[1:-1]) if inner.startswith("[") else None


Element = Ref | Characters | TokenElement


@dataclass(frozen=True, slots=True)
class Productions:
    """What each rule may produce: one of several sequences."""

    rules: tuple[tuple[tuple[Element, ...], ...], ...]
    root: int

    def elements(self) -> Iterator[Element]:
        """All that occurs in any rule."""
        for alternates in self.rules:
            for sequence in alternates:
                yield from sequence
