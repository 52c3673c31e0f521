"""A file that is computed with where it lies: whether it still is what was loaded."""

from __future__ import annotations

import hashlib
import os
from typing import BinaryIO

from app.bundle.own_file import kept
from app.bundle.slice import Slice
from app.engine.mapped import faults
from app.errors import ModelChanged

SAMPLES, SAMPLE_BYTES = 16, 64 * 1024


class MappedFile:
    """One of them, from before it is loaded until `close`.

    Another file that was moved to its path changes nothing here: the one that was opened stays.
    Raises: OSError.
    """

    def __init__(self, source: Slice) -> None:
        self.source = source
        self.is_lost = False
        self._path = str(source.path.resolve())
        self._file = kept(source.path).open("rb", buffering=0)
        self._seen = self._state()
        self.fingerprint = _sampled(self._file, source)
        faults.watch(self)

    def check(self) -> None:
        """Raises: ModelChanged, if it was written to, cut short, or cannot be read any more."""
        if not self.is_lost and (now := self._state()) != self._seen:
            # Whoever only sets its time leaves it as it was.
            whole = now[0] >= self.source.offset + self.source.size
            self.is_lost = not whole or _sampled(self._file, self.source) != self.fingerprint
            self._seen = now
        if self.is_lost:
            raise ModelChanged(self.source.path)

    def is_at(self, path: str, inode: int, device: int) -> bool:
        """Whether it is the file of a mapping, as the system tells that."""
        return path == self._path or (inode, device) == self._identity

    def close(self) -> None:
        """It is not used any more. Repeatable."""
        faults.forget(self)
        self._file.close()

    @property
    def _identity(self) -> tuple[int, int]:
        found = os.fstat(self._file.fileno())
        return found.st_ino, found.st_dev

    def _state(self) -> tuple[int, int]:
        found = os.fstat(self._file.fileno())
        return found.st_size, found.st_mtime_ns


def fingerprint(source: Slice) -> str:
    """Tells a model file from any other without reading all of it: by size and samples."""
    with kept(source.path).open("rb", buffering=0) as file:
        return _sampled(file, source)


def _sampled(file: BinaryIO, source: Slice) -> str:
    digest = hashlib.blake2b(str(source.size).encode(), digest_size=16)
    for part in range(SAMPLES):
        file.seek(source.offset + max(0, source.size - SAMPLE_BYTES) * part // (SAMPLES - 1))
        digest.update(file.read(min(SAMPLE_BYTES, source.size)) or b"")
    return digest.hexdigest()
