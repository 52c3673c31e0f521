"""What was found last for pictures: a conversation sends its own again with every turn."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """Findings by the files that they are of, those used last, up to `most` of their sizes."""

    def __init__(self, most: int, size: Callable[[T], int]) -> None:
        self._most = most
        self._size = size
        self._found: OrderedDict[bytes, T] = OrderedDict()

    def of(self, file: bytes, find: Callable[[bytes], T]) -> T:
        """What `find` says of a file, if that is not known. Raises: as `find`."""
        digest = hashlib.sha256(file).digest()
        if digest not in self._found:
            self._found[digest] = find(file)
        self._found.move_to_end(digest)
        found = self._found[digest]
        held = sum(map(self._size, self._found.values()))
        while held > self._most:
            held -= self._size(self._found.popitem(last=False)[1])
        return found

    def clear(self) -> None:
        """Forget all."""
        self._found.clear()
