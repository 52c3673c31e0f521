"""Chinese in one kind of characters, by OpenCC; through here alone it is imported.

Whisper writes Mandarin in simplified or in traditional ones as it happens, whatever its prompt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from app.speech.transcript import Heard, Segment

CHINESE = "zh"


def in_script(heard: Heard, traditional: bool) -> Heard:
    """What was heard in Mandarin, in those characters; anything else as it is."""
    if heard.language != CHINESE:
        return heard
    convert = _converter(traditional)
    return replace(heard, segments=tuple(_written(each, convert) for each in heard.segments))


def _written(segment: Segment, convert: Callable[[str], str]) -> Segment:
    words = tuple(replace(word, text=convert(word.text)) for word in segment.words)
    return replace(segment, text=convert(segment.text), words=words)


@cache
def _converter(traditional: bool) -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("s2t" if traditional else "t2s").convert
    return convert
