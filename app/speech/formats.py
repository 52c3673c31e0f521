"""The forms in which speech is given."""

from __future__ import annotations

from typing import Literal, get_args

Format = Literal["wav", "mp3", "opus", "flac", "pcm"]

FORMATS: tuple[Format, ...] = get_args(Format)
RATE = 24_000
"""Samples a second; of one channel."""

MIME = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "pcm": "audio/pcm",  # 16 bits, the low byte first
}
