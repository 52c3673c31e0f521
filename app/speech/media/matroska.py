"""Takes the first sound track out of Matroska and WebM files, recordings of browsers among them.

Source: RFC 8794 (EBML), RFC 9559 (Matroska).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from app.speech.media import caf, foreign
from app.speech.media.stream import Codec, NotAudio, Stream

MAGIC = b"\x1a\x45\xdf\xa3"

SEGMENT, CLUSTER, BLOCK_GROUP, TRACKS = 0x18538067, 0x1F43B675, 0xA0, 0x1654AE6B
TRACK, NUMBER, KIND, CODEC, SETUP = 0xAE, 0xD7, 0x83, 0x86, 0x63A2
BLOCK, SIMPLE_BLOCK = 0xA1, 0xA3
SOUND, RATE, CHANNELS, DEPTH = 0xE1, 0xB5, 0x9F, 0x6264
# What these hold is read as if it lay beside them: so that those without a known size, as live
# recordings have them, need no other way of reading.
CONTAINERS = {SEGMENT, CLUSTER, BLOCK_GROUP, TRACKS, TRACK, SOUND}
AUDIO = 2

CODECS: dict[str, Codec] = {
    "A_AAC": "aac",
    "A_FLAC": "flac",
    "A_MPEG/L3": "mp3",
    "A_OPUS": "opus",
    "A_PCM/FLOAT/IEEE": "pcm",
    "A_PCM/INT/BIG": "pcm",
    "A_PCM/INT/LIT": "pcm",
}


@dataclass(slots=True)
class _Track:
    number: int = 0
    kind: int = 0
    codec: str = ""
    setup: bytes = b""
    rate: float = 8000.0
    channels: int = 1
    depth: int = 0

    @property
    def samples(self) -> caf.Samples:
        """How plain samples lie in it."""
        is_little = not self.codec.endswith("BIG")
        is_float = self.codec.endswith("IEEE")
        return caf.Samples(self.rate, self.channels, self.depth, is_float, is_little)


def stream(data: memoryview) -> Stream:
    """The first sound track of a file. Raises: NotAudio."""
    track = next((each for each in _tracks(data) if each.kind == AUDIO), None)
    if track is None:
        raise NotAudio("no sound")
    codec = CODECS.get(track.codec)
    if codec is None:
        raise foreign.codec(track.codec)
    setup = caf.description(track.samples) if codec == "pcm" else track.setup
    return Stream(codec, setup, _packets(data, track.number))


def _elements(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Every element with its content, of containers only their beginning; ends where it breaks."""
    at = 0
    while at < len(data):
        kind, at = _number(data, at, keep_marker=True)
        size, at = _number(data, at)
        if kind in CONTAINERS:
            yield kind, data[at:at]
        else:
            yield kind, data[at : at + size]
            at += size


def _number(data: memoryview, at: int, keep_marker: bool = False) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    first = data[at] if at < len(data) else 0
    length = 9 - first.bit_length()
    if length > 8:
        return 0, len(data)  # no number: nothing after it can be understood
    value = int.from_bytes(data[at : at + length], "big")
    return value if keep_marker else value & ~(1 << 7 * length), at + length


def _tracks(data: memoryview) -> list[_Track]:
    tracks: list[_Track] = []
    for kind, content in _elements(data):
        if kind == CLUSTER:
            break
        if kind == TRACK:
            tracks.append(_Track())
        elif tracks:
            _tell(tracks[-1], kind, bytes(content))
    return tracks


def _tell(track: _Track, kind: int, content: bytes) -> None:
    if kind == NUMBER:
        track.number = int.from_bytes(content, "big")
    elif kind == KIND:
        track.kind = int.from_bytes(content, "big")
    elif kind == CODEC:
        track.codec = content.rstrip(b"\0").decode("ascii", "replace")
    elif kind == SETUP:
        track.setup = content
    elif kind == RATE and len(content) in (4, 8):
        (track.rate,) = struct.unpack(">f" if len(content) == 4 else ">d", content)
    elif kind == CHANNELS:
        track.channels = int.from_bytes(content, "big")
    elif kind == DEPTH:
        track.depth = int.from_bytes(content, "big")


def _packets(data: memoryview, track: int) -> Iterator[bytes]:
    for kind, content in _elements(data):
        if kind in (BLOCK, SIMPLE_BLOCK):
            number, at = _number(content, 0)
            if number == track and at + 3 <= len(content):
                yield from _frames(content[at + 3 :], lacing=content[at + 2] >> 1 & 3)


def _frames(content: memoryview, lacing: int) -> Iterator[bytes]:
    """The frames of a block, which may hold several ("lacing")."""
    if lacing == 0 or not content:
        yield bytes(content)
        return
    count, at = content[0] + 1, 1
    if lacing == 2:
        sizes = [(len(content) - 1) // count] * (count - 1)
    else:
        sizes, at = (_xiph_sizes if lacing == 1 else _ebml_sizes)(content, at, count - 1)
    for size in sizes:
        yield bytes(content[at : at + size])
        at += size
    yield bytes(content[at:])


def _xiph_sizes(content: memoryview, at: int, count: int) -> tuple[list[int], int]:
    sizes = []
    for _ in range(count):
        size = 0
        while at < len(content) and content[at] == 255:
            size, at = size + 255, at + 1
        sizes.append(size + (content[at] if at < len(content) else 0))
        at += 1
    return sizes, at


def _ebml_sizes(content: memoryview, at: int, count: int) -> tuple[list[int], int]:
    """The first size as it is, then differences, whose numbers are shifted to be positive."""
    sizes: list[int] = []
    for _ in range(count):
        before = at
        value, at = _number(content, at)
        bias = (1 << 7 * (at - before) - 1) - 1
        sizes.append(max(0, sizes[-1] + value - bias) if sizes else value)
    return sizes, at
