"""What was said, and when. Times in seconds from the beginning of the recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Task = Literal["transcribe", "translate"]


@dataclass(frozen=True, slots=True)
class Word:
    """One word; where words are not set apart by spaces, one character or a few."""

    text: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or a part of one. `words` only where they were asked for."""

    text: str
    start: float
    end: float
    tokens: tuple[int, ...] = ()
    probability: float = 1.0  # of a token, on geometric average
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one piece of sound. `language`: its code, such as "zh"."""

    language: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to listen. `language`: None to find it out; `prompt`: words that are likely to come.

    `context`: for how many seconds the recognizer makes room; 0: for as many as it can;
    `draft`: the first guess is enough; `traditional`: the characters for Chinese.
    """

    task: Task = "transcribe"
    language: str | None = None
    prompt: str = ""
    temperature: float = 0.0
    words: bool = False
    context: float = 0.0
    draft: bool = False
    traditional: bool = False


ROOMS_S = (15.0, 20.0, 25.0)
"""Measured: with these the words are the same as with all of 30 s, and come up to twice as fast;
with less room, or a tighter one, words are made up."""


def room_for(seconds: float) -> float:
    """The `context` for so much sound."""
    return next((room for room in ROOMS_S if room >= seconds + 1), 0.0)
