"""Decodes any file of sound: libsndfile and Symphonia do the work, once it is in their shape."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile
import sphn

from app.speech.media import adts, caf, foreign, matroska, mp4, ogg
from app.speech.media.resampling import Floats, Resampler
from app.speech.media.stream import Codec, NotAudio, Stream

RATE = 16_000
"""What speech recognition hears, in samples a second."""

BLOCK_S = 30
HEAD_BYTES = 1024  # tell what kind a file is
LOWEST_RATE, HIGHEST_RATE = 4_000, 768_000
MOST_CHANNELS = 32
UNKNOWN_FRAMES = 2**62

Blocks = Iterator[Floats]  # each [samples, channels]
Write = Callable[[bytes, Iterable[bytes], BinaryIO], None]


def decoded(path: Path, room: Path, on_length: Callable[[float], None]) -> Iterator[Floats]:
    """A file's sound, mixed to one channel, at RATE; `room` is for files in between.

    `on_length` is told the whole length in seconds before the first block.
    Raises: NotAudio.
    """
    rate, seconds, blocks = _opened(path, room)
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise NotAudio(f"{rate} Hz")
    on_length(seconds)
    resampler = Resampler(rate, RATE)
    for block in blocks:
        yield resampler.add(np.ascontiguousarray(block.mean(axis=1), np.float32))
    yield resampler.end()


def _opened(path: Path, room: Path) -> tuple[int, float, Blocks]:
    """Rate, length in seconds, and the sound. Raises: NotAudio."""
    if path.stat().st_size == 0:
        raise NotAudio("0 B")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        data = memoryview(mapped)
        try:
            if data[:4] == matroska.MAGIC:
                return _of_container(matroska.stream, data, path, room)
            if mp4.is_mp4(data):
                return _of_container(mp4.stream, data, path, room)
            begins = bytes(data[:HEAD_BYTES])
        finally:
            data.release()
    try:
        return _by_libsndfile(path)
    except soundfile.LibsndfileError as error:
        return _by_symphonia(path, foreign.known(begins) or NotAudio(error.error_string))


def _of_container(
    find: Callable[[memoryview], Stream], data: memoryview, path: Path, room: Path
) -> tuple[int, float, Blocks]:
    try:
        stream = find(data)
    except NotAudio as other:
        if str(other) == "no sound":
            raise
        return _by_symphonia(path, other)
    return _of_stream(stream, room)


def _of_stream(stream: Stream, room: Path) -> tuple[int, float, Blocks]:
    suffix, write = _WRITERS[stream.codec]
    bare = room / f"sound{suffix}"
    with bare.open("wb") as file:
        write(stream.setup, stream.packets, file)
    if stream.codec == "aac":
        return _by_symphonia(bare, NotAudio("AAC"))
    try:
        return _by_libsndfile(bare)
    except soundfile.LibsndfileError as error:
        raise NotAudio(error.error_string) from error


def _write_plainly(setup: bytes, packets: Iterable[bytes], file: BinaryIO) -> None:
    file.write(setup)
    file.writelines(packets)


def _write_mp3(_setup: bytes, packets: Iterable[bytes], file: BinaryIO) -> None:
    file.writelines(packets)


_WRITERS: dict[Codec, tuple[str, Write]] = {
    "aac": (".aac", adts.write_aac),
    "alac": (".caf", caf.write_alac),
    "flac": (".flac", _write_plainly),
    "mp3": (".mp3", _write_mp3),
    "opus": (".ogg", ogg.write_opus),
    "pcm": (".caf", caf.write_samples),
}


def _by_libsndfile(path: Path) -> tuple[int, float, Blocks]:
    sound = soundfile.SoundFile(path)
    if sound.channels > MOST_CHANNELS:
        raise NotAudio(f"{sound.channels} channels")

    def blocks() -> Blocks:
        with sound:
            while len(block := sound.read(BLOCK_S * sound.samplerate, "float32", always_2d=True)):
                yield block

    if sound.frames >= UNKNOWN_FRAMES:
        return sound.samplerate, 0.0, _of_unknown_length(sound)
    return sound.samplerate, sound.frames / sound.samplerate, blocks()


def _of_unknown_length(sound: soundfile.SoundFile) -> Blocks:
    """A FLAC that was streamed. At its end libsndfile fails, with what it has read given."""
    with sound:
        while True:
            block = np.zeros((sound.samplerate, sound.channels), np.float32)
            try:
                sound.read(out=block)
            except soundfile.LibsndfileError:
                yield block
                return
            yield block


def _by_symphonia(path: Path, otherwise: NotAudio) -> tuple[int, float, Blocks]:
    """Raises: `otherwise`, where it cannot read the file either."""
    try:
        reader = sphn.FileReader(str(path))
    except ValueError as error:
        raise otherwise from error

    # Only where a clock counts samples, as here, are pieces cut where they should be.
    blocks = _pieces(reader) if adts.is_stream(path) else _whole(reader)
    return reader.sample_rate, reader.duration_sec, blocks


def _pieces(reader: sphn.FileReader) -> Blocks:
    at = 0.0
    while at < reader.duration_sec:
        try:
            yield reader.decode(at, float(BLOCK_S)).T
        except ValueError as error:
            if at == 0:
                raise NotAudio("AAC") from error
            return  # the length was an estimate
        at += BLOCK_S


def _whole(reader: sphn.FileReader) -> Blocks:
    sound = reader.decode_all().T
    for at in range(0, len(sound), BLOCK_S * reader.sample_rate):
        yield sound[at : at + BLOCK_S * reader.sample_rate]
