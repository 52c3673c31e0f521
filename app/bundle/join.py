"""Writes an executable: bootloader, payloads on page boundaries, directory, PKG."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.bundle.directory import Directory, Entry
from app.bundle.executable import PAGE_BYTES
from app.bundle.slice import Slice

CHUNK_BYTES = 4 << 20

Progress = Callable[[int, int], None]
"""Called with the bytes written so far and the bytes in all."""


@dataclass(frozen=True, slots=True)
class Payload:
    """One thing to put in: where its bytes are now, and what the directory says of it."""

    name: str
    kind: str
    content: Slice
    title: str = ""
    licence: str = ""
    source: str = ""


def join(
    target: Path,
    bootloader: Slice,
    payloads: Sequence[Payload],
    pkg: Slice,
    arguments: Sequence[str] = (),
    progress: Progress = lambda _done, _total: None,
) -> Directory:
    """Write `target` beside itself first and then in one step, so that it is whole or absent.

    Raises: OSError, with nothing left behind.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            writer = _Writer(file, bootloader.size + pkg.size + _bytes_in(payloads), progress)
            directory = writer.write(bootloader, payloads, pkg, arguments)
        Path(name).chmod(0o755)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return directory


def _bytes_in(payloads: Sequence[Payload]) -> int:
    return sum(payload.content.size for payload in payloads)


class _Writer:
    def __init__(self, file: BinaryIO, total: int, progress: Progress) -> None:
        self._file = file
        self._total = total
        self._done = 0
        self._progress = progress
        self._build = hashlib.sha256()

    def write(
        self, bootloader: Slice, payloads: Sequence[Payload], pkg: Slice, arguments: Sequence[str]
    ) -> Directory:
        self._copy(bootloader)
        entries = tuple(self._entry(payload) for payload in payloads)
        # The PKG is hashed before it is written: the directory in front of it carries the build id.
        for chunk in _chunks(pkg):
            self._build.update(chunk)
        self._build.update("\0".join(arguments).encode())
        directory = Directory(self._build.hexdigest()[:16], entries, tuple(arguments))
        self._file.write(directory.to_bytes())
        self._copy(pkg)
        return directory

    def _entry(self, payload: Payload) -> Entry:
        self._file.write(bytes(-self._file.tell() % PAGE_BYTES))
        offset = self._file.tell()
        sha256 = self._copy(payload.content)
        return Entry(
            name=payload.name,
            kind=payload.kind,
            offset=offset,
            size=payload.content.size,
            sha256=sha256,
            title=payload.title,
            licence=payload.licence,
            source=payload.source,
        )

    def _copy(self, content: Slice) -> str:
        digest = hashlib.sha256()
        for chunk in _chunks(content):
            self._file.write(chunk)
            digest.update(chunk)
            self._done += len(chunk)
            self._progress(self._done, self._total)
        self._build.update(digest.digest())
        return digest.hexdigest()


def _chunks(content: Slice) -> Iterator[bytes]:
    with content.path.open("rb") as file:
        file.seek(content.offset)
        left = content.size
        while left:
            chunk = file.read(min(left, CHUNK_BYTES))
            if not chunk:
                raise OSError(f"{content.path} is shorter than it was")
            left -= len(chunk)
            yield chunk
