"""Writes AAC packets as a plain stream, each behind a header. Source: ISO/IEC 13818-7, 6.2."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.speech.media.stream import NotAudio

HEADER = 7  # bytes
_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)


def write_aac(setup: bytes, packets: Iterable[bytes], file: BinaryIO) -> None:
    """`setup`: the AudioSpecificConfig. Raises: NotAudio.

    What HE-AAC adds is left out: its core, at half the rate, has all of speech.
    """
    rate, channels = _understood(setup)
    for packet in packets:
        file.write(_header(rate, channels, len(packet)) + packet)


def is_stream(path: Path) -> bool:
    """Whether a file is such a stream: it begins with the sync word, and with layer 0."""
    with path.open("rb") as file:
        head = int.from_bytes(file.read(2), "big")
    return head & 0xFFF6 == 0xFFF0


def _understood(setup: bytes) -> tuple[int, int]:
    """The rate's index and the channels. Source: ISO/IEC 14496-3, 1.6.2.1."""
    bits = "".join(f"{byte:08b}" for byte in setup[:8].ljust(8, b"\0"))
    at = 11 if bits[:5] == "11111" else 5
    rate = int(bits[at : at + 4], 2)
    at += 4
    if rate == 15:  # written out
        hertz = int(bits[at : at + 24], 2)
        rate = min(range(len(_RATES)), key=lambda index: abs(_RATES[index] - hertz))
        at += 24
    channels = int(bits[at : at + 4], 2)
    if rate >= len(_RATES) or not 1 <= channels <= 7:
        raise NotAudio("AAC")
    return rate, channels


def _header(rate: int, channels: int, size: int) -> bytes:
    low_complexity = 1
    fields = (
        *((0xFFF, 12), (0, 1), (0, 2), (1, 1)),  # sync word, MPEG-4, layer, no checksum
        *((low_complexity, 2), (rate, 4), (0, 1), (channels, 3), (0, 4)),
        *((size + HEADER & 0x1FFF, 13), (0x7FF, 11), (0, 2)),
    )
    value = 0
    for number, width in fields:
        value = value << width | number
    return value.to_bytes(HEADER, "big")
