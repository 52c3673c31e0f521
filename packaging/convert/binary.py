"""Reads little-endian binary files, and says so plainly where one is damaged."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

from app.bundle.slice import Slice
from app.errors import BadFile
from app.language import Text

__all__ = ["Cursor"]


class Cursor:
    """Walks over a buffer and never beyond its end.

    Raises: BadFile, from every method, where the buffer does not hold what was asked for.
    """

    def __init__(self, data: memoryview, name: str) -> None:
        self._data = data
        self._name = name
        self._position = 0

    @classmethod
    def over(cls, path: Path) -> Cursor:
        """A whole file, mapped; an empty one, which cannot be, is as short as any."""
        whole = Slice.whole(path)
        return cls(whole.mapped() if whole.size else memoryview(b""), path.name)

    def take(self, size: int) -> memoryview:
        """The next `size` bytes, not copied."""
        piece = self.at(self._position, size)
        self._position += size
        return piece

    def at(self, offset: int, size: int) -> memoryview:
        """`size` bytes from `offset` on, without moving."""
        if not 0 <= offset <= offset + size <= len(self._data):
            raise BadFile(
                Text(
                    "{name} is cut short or damaged: it has {have} bytes, and says that there are "
                    "{size} more at {offset}. Fetch it again.",
                    "{name} 不完整或已损坏：文件共 {have} 字节，却声称在 {offset} 处还有 {size} "
                    "字节。请重新获取。",
                ).filled(name=self._name, have=len(self._data), size=size, offset=offset)
            )
        return self._data[offset : offset + size]

    def unpack(self, layout: str) -> tuple[Any, ...]:
        """Values laid out as the `struct` module describes, without padding."""
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))

    def require(self, holds: bool, what: str) -> None:
        """Stops unless something that a sound file says holds."""
        if not holds:
            raise BadFile(
                Text(
                    "{name} is damaged or of another format: {what}. Fetch it again.",
                    "{name} 已损坏或格式不符（{what}）。请重新获取。",
                ).filled(name=self._name, what=what)
            )
