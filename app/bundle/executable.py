"""Our executable as a file: finds the directory in it, and every payload by the directory.

| bootloader | pad to 4096 | payloads, each on 4096 | directory | PyInstaller's PKG |
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from app.bundle.directory import TRAILER, Directory, Entry, content_length, damaged
from app.bundle.own_file import kept
from app.bundle.slice import Slice
from app.errors import BadFile
from app.language import Text

PAGE_BYTES = 4096
"""Payloads begin on a page, so that each can be mapped by itself."""

COOKIE_MAGIC = b"MEI\x0c\x0b\x0a\x0b\x0e"
COOKIE = struct.Struct("!8sIIII64s")
"""Ends the PKG: magic, PKG length, contents' offset and length, Python version, its library.

Source: PyInstaller, archive/writers.py, CArchiveWriter._COOKIE_FORMAT.
"""

SIGNATURE_LIMIT_BYTES = 1 << 20
"""A signature that a system's vendor tools append may follow the cookie."""


@dataclass(frozen=True, slots=True)
class Executable:
    """A file of ours, its directory read. `pkg` is PyInstaller's part of it."""

    path: Path
    directory: Directory
    pkg: Slice

    @classmethod
    def open(cls, path: Path) -> Executable:
        """Read the directory out of a file.

        Raises: BadFile, if it cannot be read, or is not a whole executable of ours.
        """
        try:
            pkg = find_pkg(path)
            directory = Directory.from_bytes(_before(path, pkg.offset))
        except OSError as error:
            raise BadFile(
                Text("{path} cannot be read: {reason}.", "无法读取 {path}：{reason}。").filled(
                    path=path, reason=error.strerror or error
                )
            ) from error
        if any(entry.offset + entry.size > pkg.offset for entry in directory.entries):
            raise damaged("a payload lies outside the file", "内容超出文件范围")
        return cls(path, directory, pkg)

    @property
    def bootloader(self) -> Slice:
        """What lies in front of the first payload, padding included."""
        end = min((entry.offset for entry in self.directory.entries), default=self.pkg.offset)
        return Slice(self.path, 0, end)

    def slice(self, entry: Entry) -> Slice:
        """Where a payload's bytes are."""
        return Slice(self.path, entry.offset, entry.size)


def find_pkg(path: Path) -> Slice:
    """Where PyInstaller's PKG lies in a file that ends with one.

    Raises: BadFile, if there is none.
    """
    size = kept(path).stat().st_size
    tail_start = max(0, size - SIGNATURE_LIMIT_BYTES - COOKIE.size)
    with kept(path).open("rb") as file:
        file.seek(tail_start)
        tail = file.read()
    at = tail.rfind(COOKIE_MAGIC)
    if at < 0 or len(tail) - at < COOKIE.size:
        raise damaged("its end is missing", "文件末尾缺失")
    length: int = COOKIE.unpack_from(tail, at)[1]
    end = tail_start + at + COOKIE.size
    if not COOKIE.size <= length <= end:
        raise damaged("its beginning is missing", "文件开头缺失")
    return Slice(path, end - length, length)


def _before(path: Path, end: int) -> bytes:
    with kept(path).open("rb") as file:
        file.seek(max(0, end - TRAILER.size))
        trailer = file.read(min(end, TRAILER.size))
        length = min(content_length(trailer), end - TRAILER.size)
        file.seek(end - TRAILER.size - length)
        return file.read(length) + trailer
