"""Makes recordings: as libsndfile writes them, and as browsers and phones do."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

SILENT_AAC = bytes.fromhex("00c800802380")  # one frame, mono
AAC_SETUP = bytes([0x14, 0x08])  # low complexity, 16 kHz, mono


MakeMp4 = Callable[[bytes, Sequence[bytes]], bytes]


def tone(
    seconds: float, rate: int, channels: int = 1, loudness: float = 0.5
) -> NDArray[np.float32]:
    """440 Hz. Shape: [samples, channels]."""
    wave = loudness * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def written(
    path: Path,
    seconds: float,
    rate: int,
    channels: int = 1,
    loudness: float = 0.5,
    **form: str,
) -> Path:
    """A file that libsndfile writes."""
    soundfile.write(path, tone(seconds, rate, channels, loudness), rate, **form)
    return path


def opus(seconds: float, loudness: float = 0.5) -> tuple[bytes, list[bytes]]:
    """An OpusHead and the packets of a tone."""
    file = io.BytesIO()
    soundfile.write(file, tone(seconds, 48_000, 1, loudness), 48_000, format="OGG", subtype="OPUS")
    packets = _ogg_packets(file.getvalue())
    return packets[0], packets[2:]


def _ogg_packets(data: bytes) -> list[bytes]:
    packets, part, at = [], b"", 0
    while at < len(data):
        lengths = data[at + 27 : at + 27 + data[at + 26]]
        at += 27 + len(lengths)
        for length in lengths:
            part, at = part + data[at : at + length], at + length
            if length < 255:
                packets.append(part)
                part = b""
    return packets


def element(kind: int, content: bytes, known_size: bool = True) -> bytes:
    """One of Matroska's."""
    size = len(content) | 1 << 56 if known_size else (1 << 57) - 1
    return kind.to_bytes((kind.bit_length() + 7) // 8, "big") + size.to_bytes(8, "big") + content


def matroska(
    codec: str,
    setup: bytes,
    blocks: Iterable[bytes],
    live: bool = False,
    lacing: int = 0,
    sound: bytes = b"",
) -> bytes:
    """A video track without frames, and a sound track. `live`: sizes are not known."""
    video = element(0xAE, element(0xD7, b"\1") + element(0x83, b"\1") + element(0x86, b"V_VP8"))
    names = element(0xD7, b"\2") + element(0x83, b"\2") + element(0x86, codec.encode())
    track = names + element(0x63A2, setup) + element(0xE1, sound)
    tracks = element(0x1654AE6B, video + element(0xAE, track))
    frames = b"".join(element(0xA3, b"\x82\0\0" + bytes([lacing << 1]) + each) for each in blocks)
    cluster = element(0x1F43B675, element(0xE7, b"\0") + frames, not live)
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    return head + element(0x18538067, tracks + cluster, not live)


def box(kind: bytes, *parts: bytes) -> bytes:
    """One of MP4's."""
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def aac_entry() -> bytes:
    """What tells an MP4 player that there is AAC."""
    specific = b"\x05" + bytes([len(AAC_SETUP)]) + AAC_SETUP
    config = b"\x40\x15" + bytes(11) + specific
    decoder = b"\x04" + bytes([len(config)]) + config
    descriptor = b"\x03" + bytes([len(decoder) + 3]) + b"\0\1\0" + decoder
    head = bytes(6) + b"\0\1" + bytes(8) + struct.pack(">HHII", 1, 16, 0, 16_000 << 16)
    return box(b"mp4a", head, box(b"esds", bytes(4), descriptor))


def alac(seconds: float) -> tuple[bytes, list[bytes]]:
    """What tells an MP4 player that there is ALAC, and the packets of a tone."""
    file = io.BytesIO()
    soundfile.write(file, tone(seconds, 44_100), 44_100, format="CAF", subtype="ALAC_16")
    chunks, data, at = dict[bytes, bytes](), file.getvalue(), 8
    while at + 12 <= len(data):
        kind, size = struct.unpack_from(">4sq", data, at)
        chunks[kind], at = data[at + 12 : at + 12 + size], at + 12 + size
    sound, sizes, size = chunks[b"data"][4:], [], 0
    (count,) = struct.unpack_from(">q", chunks[b"pakt"])
    for byte in chunks[b"pakt"][24:]:
        size = size << 7 | byte & 0x7F
        if not byte & 0x80:
            sizes.append(size)
            size = 0
    ends = np.cumsum(sizes[:count])
    packets = [sound[end - size : end] for end, size in zip(ends, sizes, strict=False)]
    head = bytes(6) + b"\0\1" + bytes(8) + struct.pack(">HHII", 1, 16, 0, 44_100 << 16)
    cookie = chunks[b"kuki"]
    setup = cookie[24:48] if cookie[4:8] == b"frma" else cookie[:24]
    return box(b"alac", head, box(b"alac", bytes(4), setup)), packets


def opus_entry(head: bytes) -> bytes:
    """The same for Opus. `head`: Ogg's OpusHead."""
    channels, skip, rate, gain, family = struct.unpack("<BHIhB", head[9:19])
    setup = struct.pack(">BBHIhB", 0, channels, skip, rate, gain, family)
    sound = bytes(6) + b"\0\1" + bytes(8) + struct.pack(">HHII", channels, 16, 0, 48_000 << 16)
    return box(b"Opus", sound, box(b"dOps", setup))


def mp4(entry: bytes, packets: Sequence[bytes], per_chunk: int = 5) -> bytes:
    """A whole file, with its tables in front of the data."""

    def made(base: int) -> bytes:
        chunks = [packets[at : at + per_chunk] for at in range(0, len(packets), per_chunk)]
        starts = np.cumsum([0, *(sum(map(len, chunk)) for chunk in chunks)])[:-1] + base
        sizes = struct.pack(f">III{len(packets)}I", 0, 0, len(packets), *map(len, packets))
        offsets = struct.pack(f">II{len(chunks)}I", 0, len(chunks), *starts)
        runs = [(1, per_chunk, 1)]
        if len(chunks[-1]) != per_chunk:
            runs.append((len(chunks), len(chunks[-1]), 1))
        table = struct.pack(">II", 0, len(runs)) + b"".join(struct.pack(">III", *r) for r in runs)
        return _movie(entry, box(b"stsz", sizes), box(b"stco", offsets), box(b"stsc", table))

    return made(len(made(0)) + 8) + box(b"mdat", *packets)


def fragmented(entry: bytes, packets: Sequence[bytes]) -> bytes:
    """A recording that is written while it goes on, as Safari makes them."""
    result = _movie(entry)
    for at in range(0, len(packets), 10):
        some = packets[at : at + 10]
        sizes = struct.pack(f">{len(some)}I", *map(len, some))

        def fragment(offset: int, count: int, sizes: bytes = sizes) -> bytes:
            run = struct.pack(">IIi", 0x201, count, offset) + sizes
            head = struct.pack(">II", 0x020000, 2)
            return box(b"moof", box(b"traf", box(b"tfhd", head), box(b"trun", run)))

        result += fragment(len(fragment(0, len(some))) + 8, len(some)) + box(b"mdat", *some)
    return result


def _movie(entry: bytes, *tables: bytes) -> bytes:
    def track(number: int, kind: bytes, *boxes: bytes) -> bytes:
        handler = box(b"hdlr", bytes(8), kind, bytes(13))
        head = box(b"tkhd", struct.pack(">5I", 0, 0, 0, number, 0), bytes(64))
        return box(b"trak", head, box(b"mdia", handler, box(b"minf", box(b"stbl", *boxes))))

    description = box(b"stsd", struct.pack(">II", 0, 1), entry)
    video, sound = track(1, b"vide"), track(2, b"soun", description, *tables)
    return box(b"ftyp", b"isom", bytes(4)) + box(b"moov", box(b"mvhd", bytes(100)), video, sound)
