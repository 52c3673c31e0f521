"""The sound of a file, still encoded, taken out of its container."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Codec = Literal["aac", "alac", "flac", "mp3", "opus", "pcm"]


class NotAudio(Exception):
    """The file holds no sound that can be read; its argument tells what it holds instead."""


class Foreign(NotAudio):
    """There is sound, of a kind that is not decoded here: its argument names it."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One track. `setup`: what the decoder must know first, in the codec's own layout."""

    codec: Codec
    setup: bytes
    packets: Iterator[bytes]
