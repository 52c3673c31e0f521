"""Reads GGUF files back, as their specification says."""

from __future__ import annotations

import struct
from typing import Any

ALIGNMENT = 32
NUMBERS = {0: "B", 4: "I", 5: "i", 6: "f", 7: "?"}
STRING, ARRAY = 8, 9
BYTES_PER_32 = {0: 128, 2: 18}


class GgufFile:
    """Metadata by key, and tensors by name: shape, type, bytes."""

    def __init__(self, data: bytes) -> None:
        self._data, self._position = data, 0
        magic, version, tensors, pairs = self._unpack("4sIQQ")
        assert (magic, version) == (b"GGUF", 3)
        self.metadata = {self._string().decode(): self._value() for _ in range(pairs)}
        described = [self._description() for _ in range(tensors)]
        start = -(-self._position // ALIGNMENT) * ALIGNMENT
        self.tensors = {
            name: (shape, kind, data[start + offset : start + offset + size])
            for name, shape, kind, offset, size in described
        }
        assert all(offset % ALIGNMENT == 0 for *_, offset, _ in described)

    def _unpack(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._data, self._position)
        self._position += struct.calcsize("<" + layout)
        return values

    def _string(self) -> bytes:
        (length,) = self._unpack("Q")
        (text,) = self._unpack(f"{length}s")
        return bytes(text)

    def _value(self) -> Any:
        (kind,) = self._unpack("I")
        if kind == STRING:
            return self._string().decode()
        if kind != ARRAY:
            return self._unpack(NUMBERS[kind])[0]
        kind, count = self._unpack("IQ")
        if kind == STRING:
            return [self._string() for _ in range(count)]
        return list(self._unpack(f"{count}{NUMBERS[kind]}"))

    def _description(self) -> tuple[str, tuple[int, ...], int, int, int]:
        name = self._string().decode()
        (rank,) = self._unpack("I")
        shape = self._unpack(f"{rank}Q")
        kind, offset = self._unpack("IQ")
        elements = 1
        for dimension in shape:
            elements *= dimension
        return name, shape, kind, offset, elements // 32 * BYTES_PER_32[kind]
