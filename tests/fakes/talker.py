"""Stands in for the child that speaks: a tone for every letter, in the real child's own files.

The text "Crash." ends it, "Fail." makes it report a failure.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[2]))
LETTER_S = 0.01


class Talker:
    def prepare(self) -> None:
        pass

    def say(self, text: str, name: str, speed: float) -> NDArray[np.float32]:
        if text == "Crash.":
            sys.exit(1)
        if text == "Fail.":
            raise RuntimeError("no")
        letters = sum(letter.isascii() and letter.isalpha() for letter in text)
        return np.full(round(letters * LETTER_S * 24_000 / speed), len(name) / 10, np.float32)


if __name__ == "__main__":
    from app.speech.synthesis.child import serve

    sys.exit(serve(Talker(), sys.stdin.buffer, sys.stdout.buffer))
