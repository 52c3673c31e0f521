"""Texts as the embedding model wants them: prefixed, and never longer than it can take.

Source: Wang et al., "Multilingual E5 Text Embeddings", 2024: "query: " and "passage: " in front.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence

Embed = Callable[[Sequence[str]], list[list[float]]]
CountTokens = Callable[[str], int]

MOST_TOKENS = 512  # more in one sequence ends the process
BETWEEN = " › "


class Embedding:
    """Vectors of passages and queries. Shape: each [384], of length 1."""

    def __init__(self, name: str, embed: Embed, count_tokens: CountTokens) -> None:
        self.name = name  # vectors of another model are not comparable
        self._embed = embed
        self._count_tokens = count_tokens

    def query(self, text: str) -> list[float]:
        """The vector of a question."""
        return self._of(["query: " + text])[0]

    def passages(self, passages: Iterable[tuple[Sequence[str], str]]) -> list[list[float]]:
        """The vectors of passages, each with its path in front."""
        return self._of(["passage: " + _headed(path, text) for path, text in passages])

    def _of(self, texts: list[str]) -> list[list[float]]:
        pieces = [self._fitting(unicodedata.normalize("NFKC", text)) for text in texts]
        vectors = iter(self._embed([piece for group in pieces for piece in group]))
        return [_mean([next(vectors) for _ in group]) for group in pieces]

    def _fitting(self, text: str) -> list[str]:
        """The text, or where it is too long the parts of it, that fit the model."""
        if self._count_tokens(text) <= MOST_TOKENS:
            return [text]
        prefix, _, rest = text.partition(": ")
        middle = len(rest) // 2
        cut = rest.rfind(" ", middle // 2, middle) + 1 or middle
        halves = (rest[:cut], rest[cut:])
        return [piece for half in halves for piece in self._fitting(f"{prefix}: {half}")]


def _headed(path: Sequence[str], text: str) -> str:
    return f"{BETWEEN.join(path)}\n{text}" if path else text


def _mean(vectors: list[list[float]]) -> list[float]:
    if len(vectors) == 1:
        return vectors[0]
    total = [math.fsum(values) for values in zip(*vectors, strict=True)]
    length = math.sqrt(math.fsum(value * value for value in total)) or 1.0
    return [value / length for value in total]
