"""The files themselves, kept under the hash of their content."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.disk import has_room
from app.errors import DiskFull

PIECE_BYTES = 1 << 20
UNFINISHED = ".part"
SYNCED_AT_ONCE = 16

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
        self._lock = threading.Lock()  # guards _arriving, and what is deleted
        self._arriving = 0
        self._syncing = ThreadPoolExecutor(SYNCED_AT_ONCE, "originals")
        folder.mkdir(parents=True, exist_ok=True)
        for abandoned in folder.glob(f"*{UNFINISHED}"):
            abandoned.unlink(missing_ok=True)

    def keep(self, content: Content, lasting: bool = True) -> Original:
        """Keep a content; where it is to be lasting, it is on the disk when this returns.

        Raises: OSError; DiskFull, before anything is written.
        """
        if isinstance(content, Path) and not has_room(self._folder, content.stat().st_size):
            raise DiskFull
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
                if lasting:
                    os.fsync(file.fileno())
            path = self.path(digest.hexdigest())
            path.parent.mkdir(exist_ok=True)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        if lasting:
            self._settle_names([digest.hexdigest()])
        return Original(digest.hexdigest(), size, path)

    def close(self) -> None:
        """End the threads."""
        self._syncing.shutdown()

    def room(self) -> Path:
        """An empty file for what is needed for a while; one that is left goes at the next start."""
        handle, name = tempfile.mkstemp(UNFINISHED, dir=self._folder)
        os.close(handle)
        return Path(name)

    def settle(self, sha256s: Iterable[str]) -> None:
        """Wait until these contents are on the disk."""
        contents = list(sha256s)
        # All at once: each waits for the disk, which takes many together as fast as one.
        list(self._syncing.map(_sync, [f"{self._folder}/{_name(sha256)}" for sha256 in contents]))
        self._settle_names(contents)

    def _settle_names(self, sha256s: Iterable[str]) -> None:
        prefixes = {sha256[:2] for sha256 in sha256s}
        list(self._syncing.map(_sync, [f"{self._folder}/{prefix}" for prefix in prefixes]))
        _sync(str(self._folder))

    def path(self, sha256: str) -> Path:
        """Where a content lies, or would."""
        return self._folder / _name(sha256)

    def all(self) -> Iterator[Original]:
        """Every content that is kept."""
        for path in sorted(self._folder.glob("??/*")):
            if path.is_file():
                yield Original(path.name, path.stat().st_size, path)

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """While contents come in that nothing refers to yet: none is deleted meanwhile."""
        with self._lock:
            self._arriving += 1
        try:
            yield
        finally:
            with self._lock:
                self._arriving -= 1

    def forget(self, sha256s: Iterable[str], is_needed: Callable[[str], bool]) -> bool:
        """Delete contents that nothing needs; False: not now, for others are arriving."""
        with self._lock:
            if self._arriving:
                return False
            for sha256 in sha256s:
                if not is_needed(sha256):
                    self.path(sha256).unlink(missing_ok=True)
        return True


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


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _sync(path: str) -> None:
    """Make a file, or the names in a folder, survive a power cut; Windows opens no folder."""
    with suppress(OSError, AttributeError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
