"""Some bytes of a file: a whole model file, or one's place inside the executable."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from pathlib import Path

from app.bundle.own_file import kept


@dataclass(frozen=True, slots=True)
class Slice:
    """`size` bytes of `path` from `offset` on."""

    path: Path
    offset: int
    size: int

    @classmethod
    def whole(cls, path: Path) -> Slice:
        """A file from its first byte to its last."""
        return cls(path, 0, path.stat().st_size)

    def mapped(self) -> memoryview:
        """The bytes, mapped read-only; nothing is read before it is touched."""
        start = self.offset - self.offset % mmap.ALLOCATIONGRANULARITY
        with kept(self.path).open("rb") as file:
            window = mmap.mmap(
                file.fileno(),
                self.offset + self.size - start,
                access=mmap.ACCESS_READ,
                offset=start,
            )
        return memoryview(window)[self.offset - start :]
