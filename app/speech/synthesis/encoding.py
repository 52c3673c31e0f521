"""Samples become a file's bytes, as they come."""

from __future__ import annotations

import struct
from typing import Any, Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray

from app.speech.formats import RATE, Format

Samples = NDArray[np.float32]
Patch = tuple[int, bytes]
"""Bytes that belong to an earlier place of a file, once it is complete."""

UNKNOWN = 0xFFFF_FFFF
"""A length of which a WAV file that is still being written knows nothing."""

_LIBSNDFILES: dict[str, dict[str, Any]] = {
    # 64 kbit/s, always: where the rate changes, only a complete file tells its length.
    "mp3": {
        "format": "MP3",
        "subtype": "MPEG_LAYER_III",
        "bitrate_mode": "CONSTANT",
        "compression_level": 0.6,
    },
    "opus": {"format": "OGG", "subtype": "OPUS"},
    "flac": {"format": "FLAC", "subtype": "PCM_16"},
}


class Encoder(Protocol):
    """What makes one file."""

    def add(self, samples: Samples) -> bytes:
        """What there is of the file after these samples, and was not given yet."""
        ...

    def end(self) -> tuple[bytes, list[Patch]]:
        """Its last bytes, and those that have changed since they were given."""
        ...


def encoder(form: Format) -> Encoder:
    """A new file's."""
    return _Plain(form == "wav") if form in ("wav", "pcm") else _Compressed(_LIBSNDFILES[form])


class _Plain:
    def __init__(self, has_head: bool) -> None:
        self._has_head = has_head
        self._begun = False
        self._size = 0

    def add(self, samples: Samples) -> bytes:
        data = (np.clip(samples, -1, 1) * np.float32(32767)).astype("<i2").tobytes()
        self._size += len(data)
        return self._head() + data

    def end(self) -> tuple[bytes, list[Patch]]:
        head = self._head()
        return head, [(0, _wav_head(self._size))] if self._has_head else []

    def _head(self) -> bytes:
        """Once."""
        begun, self._begun = self._begun, True
        return b"" if begun or not self._has_head else _wav_head(None)


def _wav_head(size: int | None) -> bytes:
    riff, data = (UNKNOWN, UNKNOWN) if size is None else (36 + size, size)
    form = struct.pack("<HHIIHH", 1, 1, RATE, 2 * RATE, 2, 16)
    return struct.pack("<4sI4s4sI16s4sI", b"RIFF", riff, b"WAVE", b"fmt ", 16, form, b"data", data)


class _Compressed:
    """By libsndfile."""

    def __init__(self, form: dict[str, Any]) -> None:
        self._sink = _Sink()
        self._file = soundfile.SoundFile(self._sink, "w", samplerate=RATE, channels=1, **form)

    def add(self, samples: Samples) -> bytes:
        self._file.write(samples)
        return self._sink.taken()

    def end(self) -> tuple[bytes, list[Patch]]:
        self._file.close()
        return self._sink.taken(), self._sink.patches


class _Sink:
    """The file that libsndfile writes: what is new is taken, what it writes anew is noted."""

    def __init__(self) -> None:
        self._new = bytearray()
        self._given = 0
        self._at = 0
        self.patches: list[Patch] = []

    def taken(self) -> bytes:
        """What was written since the last time."""
        new = bytes(self._new)
        self._given += len(new)
        self._new.clear()
        return new

    def write(self, data: bytes) -> int:
        written = bytes(data)
        earlier = max(0, min(self._given - self._at, len(written)))
        if earlier:
            self.patches.append((self._at, written[:earlier]))
        at = self._at + earlier - self._given
        self._new[at : at + len(written) - earlier] = written[earlier:]
        self._at += len(written)
        return len(written)

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._given + len(self._new))[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, _size: int = -1) -> bytes:
        return b""  # libsndfile asks what is there before it writes

    def flush(self) -> None:
        """Nothing is held back."""
