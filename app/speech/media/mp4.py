"""Takes the first sound track out of MP4 and QuickTime files, whole or in fragments.

Source: ISO/IEC 14496-12 (the file format) and -14 (esds), and the notes on Opus and FLAC in it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from app.speech.media import foreign
from app.speech.media.stream import Codec, NotAudio, Stream

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf", b"mvex", b"wave"}
FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
MOST_SAMPLES = 50_000_000  # no recording has more; a damaged table may say so

OBJECT_TYPES: dict[int, Codec] = {0x40: "aac", 0x66: "aac", 0x67: "aac", 0x69: "mp3", 0x6B: "mp3"}
SETUP_BOXES = {b"esds", b"dOps", b"dfLa", b"alac"}


@dataclass(slots=True)
class _Track:
    number: int = 0
    is_sound: bool = False
    entry: bytes = b""  # the kind of its first description, such as mp4a
    setup: bytes = b""
    sizes: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)  # of chunks
    runs: list[tuple[int, int]] = field(default_factory=list)  # first chunk, samples per chunk
    default_size: int = 0


def is_mp4(data: memoryview) -> bool:
    """Whether a file begins as these files do."""
    return bytes(data[4:8]) in FIRST_BOXES


def stream(data: memoryview) -> Stream:
    """The first sound track of a file. Raises: NotAudio."""
    track = next((each for each in _tracks(data) if each.is_sound), None)
    if track is None:
        raise NotAudio("no sound")
    codec, setup = _codec(track)
    return Stream(codec, setup, _packets(data, track))


def _boxes(data: memoryview, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, and where the content begins and ends; contents of containers follow them."""
    at = start
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if size == 1 and at + 16 <= end:
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        following = end if size == 0 else min(end, at + size)
        if following < body:
            return  # damaged: nothing after it can be found
        yield kind, body, following
        at = body if kind in CONTAINERS else following


def _tracks(data: memoryview) -> list[_Track]:
    tracks: list[_Track] = []
    sizes: dict[int, int] = {}
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind == b"trak":
            tracks.append(_Track())
        elif kind == b"trex" and end - start >= 24:
            number, _, _, sizes[number] = struct.unpack_from(">4I", data, start + 4)
        elif tracks:
            _tell(tracks[-1], kind, data[start:end])
    for track in tracks:
        track.default_size = sizes.get(track.number, 0)
    return tracks


def _tell(track: _Track, kind: bytes, box: memoryview) -> None:
    if kind == b"tkhd" and len(box) >= 24:
        (track.number,) = struct.unpack_from(">I", box, 20 if box[0] else 12)
    elif kind == b"hdlr":
        track.is_sound |= bytes(box[8:12]) == b"soun"
    elif kind == b"stsd" and track.is_sound:
        _describe(track, box)
    elif kind == b"stsz":
        same, count = struct.unpack_from(">II", box, 4)
        count = min(count, MOST_SAMPLES)
        track.sizes = [same] * count if same else _table(box[12:], ">I", count)
    elif kind == b"stco":
        track.offsets = _table(box[8:], ">I")
    elif kind == b"co64":
        track.offsets = _table(box[8:], ">Q")
    elif kind == b"stsc":
        whole = box[8 : 8 + (len(box) - 8) // 12 * 12]
        track.runs = [(first, count) for first, count, _ in struct.iter_unpack(">III", whole)]


def _table(box: memoryview, form: str, most: int = MOST_SAMPLES) -> list[int]:
    size = struct.calcsize(form)
    whole = box[: min(len(box) // size, most) * size]
    return [value for (value,) in struct.iter_unpack(form, whole)]


def _describe(track: _Track, box: memoryview) -> None:
    """The first description: its kind, and the box with the decoder's setup somewhere in it."""
    size, track.entry = struct.unpack_from(">I4s", box, 8)
    entry = box[16 : 8 + size]
    version = int.from_bytes(entry[8:10], "big")  # QuickTime's later ones have longer heads
    head = 28 + {1: 16, 2: 36}.get(version, 0)
    for kind, start, end in _boxes(entry, head, len(entry)):
        if kind in SETUP_BOXES:
            track.setup = bytes(entry[start:end])


def _codec(track: _Track) -> tuple[Codec, bytes]:
    if track.entry == b"mp4a" and track.setup:
        object_type, setup = _elementary(track.setup)
        if codec := OBJECT_TYPES.get(object_type):
            return codec, setup
    if track.entry == b"Opus" and len(track.setup) >= 11:
        return "opus", _opus_head(track.setup)
    if track.entry == b"fLaC":
        return "flac", b"fLaC" + track.setup[4:]
    if track.entry == b"alac":
        return "alac", track.setup[4:]
    if track.entry == b".mp3":
        return "mp3", b""
    raise foreign.codec(track.entry.decode("latin-1"))


def _elementary(box: bytes) -> tuple[int, bytes]:
    """The object type of an esds box, and the decoder's setup. Source: ISO/IEC 14496-1, 7.2.6."""
    object_type, setup, at = 0, b"", 4
    while at < len(box):
        tag = box[at]
        size, at = _descriptor_size(box, at + 1)
        if tag == 3:  # ES_Descriptor: its flags tell what precedes the next
            flags = box[at + 2] if at + 2 < len(box) else 0
            at += 3 + (2 if flags & 0x80 else 0) + (2 if flags & 0x20 else 0)
        elif tag == 4:
            object_type, at = box[at] if at < len(box) else 0, at + 13
        else:
            if tag == 5:
                setup = box[at : at + size]
            at += size
    return object_type, setup


def _descriptor_size(box: bytes, at: int) -> tuple[int, int]:
    size = 0
    for byte in islice(box, at, at + 4):
        size, at = size << 7 | byte & 0x7F, at + 1
        if not byte & 0x80:
            break
    return size, at


def _opus_head(box: bytes) -> bytes:
    """The same in the order of bytes that Ogg has. Source: RFC 7845, 5.1."""
    channels, skip, rate, gain = struct.unpack_from(">BHIh", box, 1)
    return struct.pack("<8sBBHIh", b"OpusHead", 1, channels, skip, rate, gain) + box[10:]


def _packets(data: memoryview, track: _Track) -> Iterator[bytes]:
    yield from _from_tables(data, track)
    yield from _from_fragments(data, track)


def _from_tables(data: memoryview, track: _Track) -> Iterator[bytes]:
    sizes = iter(track.sizes)
    following = [*(first for first, _ in track.runs[1:]), len(track.offsets) + 1]
    for (first, count), end in zip(track.runs, following, strict=False):
        for at in track.offsets[first - 1 : end - 1]:
            for size in islice(sizes, count):
                yield bytes(data[at : at + size])
                at += size


def _from_fragments(data: memoryview, track: _Track) -> Iterator[bytes]:
    fragment, is_ours, base, at, size = 0, False, 0, 0, 0
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind == b"moof":
            fragment = start - 8
        elif kind == b"tfhd":
            number, base, size = _fragment_head(data[start:end], fragment, track.default_size)
            is_ours, at = number == track.number, base
        elif kind == b"trun" and is_ours:
            for place, length in _run(data[start:end], base, at, size):
                yield bytes(data[place : place + length])
                at = place + length


def _fragment_head(box: memoryview, fragment: int, default_size: int) -> tuple[int, int, int]:
    """Track, where its data are counted from, and the size of samples that tell none."""
    flags, number = struct.unpack_from(">II", box, 0)
    at, base, size = 8, fragment, default_size
    if flags & 0x1:
        (base,) = struct.unpack_from(">Q", box, at)
        at += 8
    at += (4 if flags & 0x2 else 0) + (4 if flags & 0x8 else 0)
    if flags & 0x10:
        (size,) = struct.unpack_from(">I", box, at)
    return number, base, size


def _run(box: memoryview, base: int, at: int, size: int) -> Iterator[tuple[int, int]]:
    """Where each sample lies and how long it is."""
    flags, count = struct.unpack_from(">II", box, 0)
    place = 8
    if flags & 0x1:
        at = base + struct.unpack_from(">i", box, place)[0]
        place += 4
    place += 4 if flags & 0x4 else 0
    fields = [bit for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit]
    step = 4 * len(fields)
    for _ in range(min(count, MOST_SAMPLES)):
        length = size
        if 0x200 in fields:
            (length,) = struct.unpack_from(">I", box, place + 4 * fields.index(0x200))
        yield at, length
        at, place = at + length, place + step
