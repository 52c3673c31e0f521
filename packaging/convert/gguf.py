"""Writes GGUF files, version 3."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import BinaryIO

__all__ = ["Array", "Kind", "Tensor", "TensorType", "Value", "write"]

ALIGNMENT = 32


class Kind(IntEnum):
    """The types that an array in the metadata may hold."""

    UINT8 = 0
    INT32 = 5
    FLOAT32 = 6
    STRING = 8


class TensorType(IntEnum):
    """ggml's number for how weights are stored."""

    F32 = 0
    F16 = 1
    Q4_0 = 2
    Q8_0 = 8


@dataclass(frozen=True, slots=True)
class Array:
    """An array in the metadata: its elements, already laid out one after the other."""

    kind: Kind
    count: int
    data: bytes

    @classmethod
    def of_strings(cls, strings: Iterable[bytes]) -> Array:
        """Strings, each with its length in front."""
        laid_out = [_string(text) for text in strings]
        return cls(Kind.STRING, len(laid_out), b"".join(laid_out))

    @classmethod
    def of_int32(cls, numbers: Sequence[int]) -> Array:
        """Whole numbers of 32 bits."""
        return cls(Kind.INT32, len(numbers), struct.pack(f"<{len(numbers)}i", *numbers))


@dataclass(frozen=True, slots=True)
class Tensor:
    """Weights as they will lie in the file.

    Shape: ggml's order, the innermost dimension first.
    """

    name: str
    shape: tuple[int, ...]
    type: TensorType
    data: memoryview


Value = bool | int | float | str | Array


def write(out: BinaryIO, metadata: Mapping[str, Value], tensors: Iterable[Tensor]) -> None:
    """Writes a whole file: metadata, the list of tensors, their weights.

    Source: ggml docs/gguf.md, "File Structure".
    """
    tensors = list(tensors)
    header = [struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(metadata))]
    header += [_string(key.encode()) + _value(value) for key, value in metadata.items()]
    offset = 0
    for tensor in tensors:
        header.append(_description(tensor, offset))
        offset += _padded(tensor.data.nbytes)
    head = b"".join(header)
    out.write(head.ljust(_padded(len(head)), b"\0"))
    for tensor in tensors:
        out.write(tensor.data)
        out.write(bytes(_padded(tensor.data.nbytes) - tensor.data.nbytes))


def _padded(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _string(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


def _value(value: Value) -> bytes:
    match value:
        case bool():
            return struct.pack("<I?", 7, value)
        case int():
            return struct.pack("<II", 4, value)
        case float():
            return struct.pack("<If", 6, value)
        case str():
            return struct.pack("<I", 8) + _string(value.encode())
        case Array():
            return struct.pack("<IIQ", 9, value.kind, value.count) + value.data


def _description(tensor: Tensor, offset: int) -> bytes:
    dimensions = struct.pack(f"<I{len(tensor.shape)}Q", len(tensor.shape), *tensor.shape)
    return _string(tensor.name.encode()) + dimensions + struct.pack("<IQ", tensor.type, offset)
