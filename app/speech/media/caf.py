"""Writes ALAC packets and plain samples as a CAF file.

Source: Apple, "Core Audio Format Specification 1.0".
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from app.speech.media.stream import NotAudio

COOKIE_BYTES = 24  # ALACSpecificConfig
HEAD = b"caff" + struct.pack(">HH", 1, 0)
_DEPTHS = {16: 1, 20: 2, 24: 3, 32: 4}
_DESCRIPTION = struct.Struct(">d4s5I")
_IS_FLOAT, _IS_LITTLE = 1, 2


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
    file.write(HEAD + _chunk(b"desc", _DESCRIPTION.pack(*numbers)))
    file.write(_chunk(b"kuki", setup[:COOKIE_BYTES]))
    file.write(_chunk(b"pakt", table))
    file.write(_chunk(b"data", bytes(4) + b"".join(sound)))


@dataclass(frozen=True, slots=True)
class Samples:
    """How plain samples are laid out. `depth`: bits of each."""

    rate: float
    channels: int
    depth: int
    is_float: bool
    is_little: bool


def description(samples: Samples) -> bytes:
    """What a CAF file tells of plain samples. Raises: NotAudio."""
    allowed = (32, 64) if samples.is_float else (16, 24, 32)
    if samples.depth not in allowed or not 1 <= samples.channels <= 255:
        raise NotAudio(f"PCM, {samples.depth} bit")
    flags = samples.is_float * _IS_FLOAT | samples.is_little * _IS_LITTLE
    size = samples.depth // 8 * samples.channels
    numbers = (samples.rate, b"lpcm", flags, size, 1, samples.channels, samples.depth)
    return _DESCRIPTION.pack(*numbers)


def write_samples(setup: bytes, packets: Iterable[bytes], file: BinaryIO) -> None:
    """`setup`: their description."""
    file.write(HEAD + _chunk(b"desc", setup) + b"data")
    place = file.tell()
    file.write(bytes(12))
    size = 4 + sum(file.write(packet) for packet in packets)
    file.seek(place)
    file.write(struct.pack(">q", size))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack(">q", len(content)) + content


def _size(number: int) -> bytes:
    """Seven bits a byte, the higher first."""
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.insert(0, number & 0x7F | 0x80)
    return bytes(digits)
