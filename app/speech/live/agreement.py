"""Which words of a text are settled: those that two guesses in a row agree on.

Source: Macháček, Dabre, Bojar, "Turning Whisper into Real-Time Transcription System", 2.1.
"""

from __future__ import annotations

import re

# Letters in a row; of scripts without spaces between words, one letter.
_UNSPACED = "\u2e80-\u2fdf\u3040-\u9fff\uf900-\ufaff"
_WORDS = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


def agreed(before: str, now: str) -> int:
    """How many characters at the beginning of `now` both texts have, in whole words.

    Case and punctuation do not count: the next guess may set them otherwise.
    """
    end = 0
    for old, new in zip(_WORDS.finditer(before), _WORDS.finditer(now), strict=False):
        if old.group().casefold() != new.group().casefold():
            break
        end = new.end()
    return end
