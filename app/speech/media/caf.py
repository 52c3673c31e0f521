"""Writes ALAC packets as a CAF file. Source: Apple, "Core Audio Format Specification 1.0"."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import BinaryIO

from app.speech.media.stream import NotAudio

COOKIE_BYTES = 24  # ALACSpecificConfig
_DEPTHS = {16: 1, 20: 2, 24: 3, 32: 4}


def write_alac(setup: bytes, packets: Iterable[bytes], file: BinaryIO) -> None:
    """`setup`: the ALACSpecificConfig. Raises: NotAudio."""
    if len(setup) < COOKIE_BYTES:
        raise NotAudio("ALAC")
    frames, _, depth, *_, channels, _, _, _, rate = struct.unpack_from(">I6BHIII", setup)
    if depth not in _DEPTHS:
        raise NotAudio("ALAC")
    sound = [*packets]
    sizes = b"".join(_size(len(packet)) for packet in sound)
    table = struct.pack(">qqii", len(sound), len(sound) * frames, 0, 0) + sizes
    numbers = (float(rate), b"alac", _DEPTHS[depth], 0, frames, channels, 0)
    file.write(b"caff" + struct.pack(">HH", 1, 0))
    file.write(_chunk(b"desc", struct.pack(">d4s5I", *numbers)))
    file.write(_chunk(b"kuki", setup[:COOKIE_BYTES]))
    file.write(_chunk(b"pakt", table))
    file.write(_chunk(b"data", bytes(4) + b"".join(sound)))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack(">q", len(content)) + content


def _size(number: int) -> bytes:
    """Seven bits a byte, the higher first."""
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.insert(0, number & 0x7F | 0x80)
    return bytes(digits)
