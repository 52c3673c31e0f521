"""Texts as the embedding model wants them, and how near its vectors are, whatever the languages.

Source: Wang et al., "Multilingual E5 Text Embeddings", 2024: "query: " and "passage: " in front.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.knowledge.scripts import SCRIPTS, Script, script_of

Embed = Callable[[Sequence[str]], list[list[float]]]
CountTokens = Callable[[str], int]

MOST_TOKENS = 512  # more in one sequence ends the process
BETWEEN = " › "

NOTHING_ASKED: dict[Script, str] = {"narrow": "What is it?", "wide": "它是什么？"}
NOTHING_SAID: dict[Script, str] = {"narrow": "It is what it is.", "wide": "它就是它。"}
IN_COMMON = 0.3  # how much of "What is it?" is in every question, and tells nothing of its subject


@dataclass(frozen=True, slots=True)
class Question:
    """What a question looks for. Shape: vector [384], of length 1.

    `strength`: how long the vector was; `nothing`: the nearness of what says nothing at all.
    """

    vector: list[float]
    strength: float
    nothing: Mapping[Script, float]

    def nearness(self, cosine: float, script: Script) -> float:
        """How much nearer a passage is than one in the same writing that says nothing.

        The model takes whatever is written in the question's own writing for near; this does not.
        """
        return cosine * self.strength - self.nothing[script]


class Embedding:
    """Vectors of passages and questions. Shape: each [384], of length 1."""

    def __init__(self, name: str, embed: Embed, count_tokens: CountTokens) -> None:
        self.name = name  # vectors of another model are not comparable
        self._embed = embed
        self._count_tokens = count_tokens

    def question(self, text: str) -> Question:
        """What a question looks for."""
        asked, said = self._nothing
        (vector,) = self._of(["query: " + text])
        own, nothing = (_less(each, asked["narrow"]) for each in (vector, asked[script_of(text)]))
        strength = _length(own) or 1.0
        nearest = {script: _product(nothing, said[script]) for script in SCRIPTS}
        return Question([value / strength for value in own], strength, nearest)

    def passages(self, passages: Iterable[tuple[Sequence[str], str]]) -> list[list[float]]:
        """The vectors of passages, each with its path in front."""
        return self._of(["passage: " + _headed(path, text) for path, text in passages])

    @cached_property
    def _nothing(self) -> tuple[dict[Script, list[float]], dict[Script, list[float]]]:
        asked = self._of(["query: " + NOTHING_ASKED[script] for script in SCRIPTS])
        said = self._of(["passage: " + NOTHING_SAID[script] for script in SCRIPTS])
        return dict(zip(SCRIPTS, asked, strict=True)), dict(zip(SCRIPTS, said, strict=True))

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
    length = _length(total) or 1.0
    return [value / length for value in total]


def _less(vector: list[float], common: list[float]) -> list[float]:
    return [value - IN_COMMON * other for value, other in zip(vector, common, strict=True)]


def _length(vector: list[float]) -> float:
    return math.sqrt(_product(vector, vector))


def _product(one: list[float], other: list[float]) -> float:
    return math.fsum(a * b for a, b in zip(one, other, strict=True))
