"""Writes Opus packets as an Ogg file. Source: RFC 3533 (Ogg), RFC 7845 (Opus in it)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import BinaryIO

RATE = 48_000
"""Positions are counted in samples at this rate, whatever the sound's own is."""

LONGEST_PACKET = 255 * 254
_FIRST, _LAST = 2, 4  # flags of a page
_FRAME_MS = (
    *(10, 20, 40, 60) * 3,  # SILK
    *(10, 20) * 2,  # hybrid
    *(2.5, 5, 10, 20) * 4,  # CELT
)
_TAGS = struct.pack("<8sI9sI", b"OpusTags", 9, b"assistant", 0)
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def write_opus(head: bytes, packets: Iterable[bytes], file: BinaryIO) -> None:
    """One page for each packet. `head`: the OpusHead."""
    pages = chain(((head, _FIRST, 0), (_TAGS, 0, 0)), _pages(packets))
    for number, (packet, flags, position) in enumerate(pages):
        file.write(_page(packet, flags, position, number))


def _pages(packets: Iterable[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """Every packet with its flags and the position at its end."""
    position = 0
    whole = (packet for packet in packets if 0 < len(packet) <= LONGEST_PACKET)
    for packet, following in pairwise(chain(whole, (b"",))):
        position += samples(packet)
        yield packet, 0 if following else _LAST, position


def samples(packet: bytes) -> int:
    """How many samples a packet holds. Source: RFC 6716, 3.1."""
    kind, counting = packet[0] >> 3, packet[0] & 3
    frames = (1, 2, 2, packet[1] & 0x3F if len(packet) > 1 else 0)[counting]
    return int(_FRAME_MS[kind] * RATE / 1000) * frames


def _page(packet: bytes, flags: int, position: int, number: int) -> bytes:
    lengths = bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    head = struct.pack("<4sBBqII", b"OggS", 0, flags, position, 1, number)
    rest = bytes([len(lengths)]) + lengths + packet
    return head + struct.pack("<I", _checksum(head + bytes(4) + rest)) + rest


def _checksum(page: bytes) -> int:
    """CRC-32 of bits in the other order than zlib's, from 0 and without a last inversion."""
    value = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{value:032b}"[::-1], 2)
