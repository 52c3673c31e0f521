"""The files themselves, kept under the hash of their content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

PIECE_BYTES = 1 << 20
UNFINISHED = ".part"

Content = BinaryIO | bytes | Path


@dataclass(frozen=True, slots=True)
class Original:
    """A file that is kept."""

    sha256: str
    bytes: int
    path: Path


class Originals:
    """A folder of files by content: the same content is kept once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for abandoned in folder.glob(f"*{UNFINISHED}"):
            abandoned.unlink(missing_ok=True)

    def keep(self, content: Content) -> Original:
        """Keep a content; when this returns, it is on the disk."""
        digest = hashlib.sha256()
        size = 0
        handle, name = tempfile.mkstemp(UNFINISHED, dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in _pieces(content):
                    digest.update(piece)
                    size += len(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            path = self.path(digest.hexdigest())
            path.parent.mkdir(exist_ok=True)
            Path(name).replace(path)
            _sync(path.parent)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Original(digest.hexdigest(), size, path)

    def path(self, sha256: str) -> Path:
        """Where a content lies, or would."""
        return self._folder / sha256[:2] / sha256

    def forget(self, sha256s: Iterable[str]) -> None:
        """Delete contents that nothing refers to any more."""
        for sha256 in sha256s:
            self.path(sha256).unlink(missing_ok=True)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, without keeping it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pieces(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    if isinstance(content, Path):
        with content.open("rb") as file:
            yield from _pieces(file)
        return
    while piece := content.read(PIECE_BYTES):
        yield piece


def _sync(folder: Path) -> None:
    """Make a rename itself survive a power cut, where the system can."""
    with suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
