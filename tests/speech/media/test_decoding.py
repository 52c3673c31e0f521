from __future__ import annotations

import re
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.speech.media import adts
from app.speech.media.decoding import RATE, decoded
from app.speech.media.stream import Foreign, NotAudio
from tests.speech.media import files


def read(path: Path) -> tuple[NDArray[np.float32], float]:
    lengths: list[float] = []
    room = path.parent / "room"
    room.mkdir(exist_ok=True)
    return np.concatenate(list(decoded(path, room, lengths.append))), lengths[0]


def kept(tmp_path: Path, name: str, data: bytes) -> Path:
    (tmp_path / name).write_bytes(data)
    return tmp_path / name


def pitch(samples: NDArray[np.float32]) -> float:
    middle = samples[len(samples) // 4 : -len(samples) // 4]
    return float(np.argmax(np.abs(np.fft.rfft(middle))) * RATE / len(middle))


@pytest.mark.parametrize(
    ("name", "rate", "channels", "form"),
    [
        ("a.wav", 44_100, 2, {}),
        ("a.wav", 16_000, 1, {"subtype": "FLOAT"}),
        ("a.wav", 8_000, 1, {"subtype": "ULAW"}),
        ("a.aiff", 48_000, 6, {}),
        ("a.flac", 96_000, 2, {}),
        ("a.mp3", 44_100, 2, {}),
        ("a.ogg", 44_100, 1, {"subtype": "VORBIS"}),
        ("a.opus", 48_000, 2, {"format": "OGG", "subtype": "OPUS"}),
    ],
)
def test_a_tone_stays_that_tone(
    tmp_path: Path, name: str, rate: int, channels: int, form: dict[str, str]
) -> None:
    samples, seconds = read(files.written(tmp_path / name, 2, rate, channels, **form))
    assert pitch(samples) == pytest.approx(440, abs=2)
    assert np.abs(samples).max() == pytest.approx(0.5, abs=0.1)
    assert seconds == pytest.approx(2, abs=0.1)
    assert len(samples) == pytest.approx(2 * RATE, abs=0.1 * RATE)


@pytest.mark.parametrize(
    ("codec", "layout", "scale"),
    [
        ("A_PCM/INT/LIT", "<i2", 32767),
        ("A_PCM/INT/BIG", ">i4", 2**31 - 1),
        ("A_PCM/FLOAT/IEEE", "<f4", 1),
    ],
)
def test_plain_samples_in_matroska_are_read(
    tmp_path: Path, codec: str, layout: str, scale: float
) -> None:
    samples = (files.tone(2, 44_100) * scale).astype(layout)
    both = np.repeat(samples, 2).tobytes()  # two channels
    sound = files.element(0xB5, struct.pack(">d", 44_100)) + files.element(0x9F, b"\2")
    sound += files.element(0x6264, bytes([samples.itemsize * 8]))
    blocks = [both[at : at + 8_000] for at in range(0, len(both), 8_000)]
    data = files.matroska(codec, b"", blocks, sound=sound)
    found, seconds = read(kept(tmp_path, "a.mkv", data))
    assert pitch(found) == pytest.approx(440, abs=2)
    assert np.abs(found).max() == pytest.approx(0.5, abs=0.05)
    assert seconds == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("lacing", [0, 1, 3])
def test_what_a_browser_records_is_read(tmp_path: Path, live: bool, lacing: int) -> None:
    head, packets = files.opus(2)
    blocks = packets if lacing == 0 else list(map(_laced[lacing], packets[::2], packets[1::2]))
    data = files.matroska("A_OPUS", head, blocks, live, lacing)
    samples, _ = read(kept(tmp_path, "a.webm", data))
    assert pitch(samples) == pytest.approx(440, abs=2)
    assert len(samples) == pytest.approx(2 * RATE, abs=0.1 * RATE)


def _xiph(first: bytes, second: bytes) -> bytes:
    length = b"\xff" * (len(first) // 255) + bytes([len(first) % 255])
    return b"\1" + length + first + second


def _ebml(first: bytes, second: bytes) -> bytes:
    return b"\1" + (len(first) | 0x4000).to_bytes(2, "big") + first + second


_laced = {1: _xiph, 3: _ebml}


@pytest.mark.parametrize("make", [files.mp4, files.fragmented])
def test_what_a_phone_records_is_read(tmp_path: Path, make: files.MakeMp4) -> None:
    frames = 63
    data = make(files.aac_entry(), [files.SILENT_AAC] * frames)
    samples, seconds = read(kept(tmp_path, "a.m4a", data))
    assert len(samples) == frames * 1024
    assert seconds == pytest.approx(frames * 1024 / RATE, abs=0.1)
    assert not samples.any()


def test_a_plain_stream_of_aac_is_read_piece_by_piece(tmp_path: Path) -> None:
    frames = 1_000  # more than a minute
    with (tmp_path / "recording").open("wb") as file:
        adts.write_aac(files.AAC_SETUP, [files.SILENT_AAC] * frames, file)
    lengths: list[float] = []
    (tmp_path / "room").mkdir()
    blocks = list(decoded(tmp_path / "recording", tmp_path / "room", lengths.append))
    assert len(blocks) > 2
    assert sum(map(len, blocks)) == pytest.approx(frames * 1024, abs=1024)
    assert lengths[0] == pytest.approx(frames * 1024 / RATE, abs=1)


@pytest.mark.parametrize("make", [files.mp4, files.fragmented])
def test_opus_in_mp4_is_read(tmp_path: Path, make: files.MakeMp4) -> None:
    head, packets = files.opus(2)
    samples, _ = read(kept(tmp_path, "a.mp4", make(files.opus_entry(head), packets)))
    assert pitch(samples) == pytest.approx(440, abs=2)


def test_lossless_voice_memos_are_read(tmp_path: Path) -> None:
    samples, _ = read(kept(tmp_path, "a.m4a", files.mp4(*files.alac(2))))
    assert pitch(samples) == pytest.approx(440, abs=2)
    assert len(samples) == pytest.approx(2 * RATE, abs=0.1 * RATE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Dear diary,",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\x1a\x45\xdf\xa3" + bytes(100),
        files.matroska("A_PCM/INT/LIT", b"", [b"123"]),
        files.box(b"ftyp", b"isom") + files.box(b"moov", bytes(50)),
    ],
)
def test_what_is_no_sound_is_told(tmp_path: Path, data: bytes) -> None:
    with pytest.raises((NotAudio, ValueError)):
        read(kept(tmp_path, "a.mp3", data))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"#!AMR\n" + bytes(100), "AMR"),
        (b"\2#!SILK_V3" + bytes(100), "SILK (WeChat, QQ)"),
        (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(100), "WMA, WMV"),
        (b"RIFF\x40\0\0\0AVI LIST" + bytes(100), "AVI"),
        ((b"\x47" + bytes(187)) * 4, "MPEG-TS"),
        (files.matroska("A_AC3", b"", [b"123"]), "AC-3"),
        (files.mp4(files.box(b"samr", bytes(28)), [b"123"] * 5), "AMR"),
    ],
)
def test_sound_of_a_kind_that_is_not_decoded_is_named(
    tmp_path: Path, data: bytes, name: str
) -> None:
    with pytest.raises(Foreign, match=re.escape(name)):
        read(kept(tmp_path, "a", data))


def test_a_file_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    head, packets = files.opus(2)
    data = files.matroska("A_OPUS", head, packets, live=True)
    samples, _ = read(kept(tmp_path, "a.webm", data[: len(data) // 2]))
    assert RATE * 0.5 < len(samples) < RATE * 1.5
