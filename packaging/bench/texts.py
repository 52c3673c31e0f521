"""Made-up texts and questions whose words are as uneven as a language's; needs no package."""

from __future__ import annotations

import random

SYLLABLES = ["ka", "ro", "mi", "ten", "sal", "ver", "lo", "pin", "da", "que", "stra", "or", "el"]
WORDS = 30_000
FIRST_CHARACTER, CHARACTERS = 0x4E00, 3_000


class Texts:
    """Paragraphs of made-up English or Chinese; the n-th word is about n times as rare."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._words = [
            "".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(WORDS)
        ]
        self._weights = _uneven(WORDS)
        self._characters = [chr(FIRST_CHARACTER + n) for n in range(CHARACTERS)]
        self._character_weights = _uneven(CHARACTERS)

    def paragraph(self, chinese: bool) -> str:
        """About as much as a chunk holds."""
        draw = self._chance.choices
        if not chinese:
            return " ".join(draw(self._words, cum_weights=self._weights, k=260)) + "."
        return "".join(draw(self._characters, cum_weights=self._character_weights, k=560)) + "。"

    def question(self, chinese: bool) -> str:
        """As long as people's are; with the most common words, too."""
        draw = self._chance.choices
        if not chinese:
            return " ".join(draw(self._words, cum_weights=self._weights, k=9)) + "?"
        return "".join(draw(self._characters, cum_weights=self._character_weights, k=14)) + "？"


def _uneven(count: int) -> list[float]:
    total, sums = 0.0, []
    for rank in range(1, count + 1):
        total += 1 / (rank + 2.7)  # Zipf's law with Mandelbrot's shift
        sums.append(total)
    return sums
