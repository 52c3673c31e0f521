"""Stores weights as ggml does, by ggml's own code."""

from __future__ import annotations

import ctypes
import sys
from math import prod
from pathlib import Path

from convert.ctranslate2 import Variable
from convert.gguf import TensorType

__all__ = ["BLOCK", "Ggml"]

NAMES = {"win32": "ggml-base.dll", "darwin": "libggml-base.dylib"}
BLOCK = 32
BYTES_PER_BLOCK = {TensorType.F32: 4 * BLOCK, TensorType.F16: 2 * BLOCK, TensorType.Q8_0: 34}
SAME = {"f": TensorType.F32, "e": TensorType.F16}


class Ggml:
    """The library ggml-base in the folder of a compiled llama.cpp's libraries.

    Raises: OSError, where it cannot be loaded.
    """

    def __init__(self, libraries: Path) -> None:
        name = NAMES.get(sys.platform, "libggml-base.so")
        self._library = ctypes.CDLL(str(libraries / name))
        self._library.ggml_quantize_chunk.restype = ctypes.c_size_t

    def stored(self, weights: Variable, kind: TensorType) -> memoryview:
        """Weights of 16 or 32 bits as `kind`; not copied where they are so already."""
        if SAME[weights.code] is kind:
            return weights.data
        count, columns = prod(weights.shape), weights.shape[-1]
        single = self._single(weights, count)
        if kind is TensorType.F32:
            return single
        stored = bytearray(count // BLOCK * BYTES_PER_BLOCK[kind])
        self._library.ggml_quantize_chunk(
            ctypes.c_int(kind),
            ctypes.byref(ctypes.c_char.from_buffer(single)),
            ctypes.byref(ctypes.c_char.from_buffer(stored)),
            ctypes.c_int64(0),
            ctypes.c_int64(count // columns),
            ctypes.c_int64(columns),
            None,
        )
        return memoryview(stored)

    def _single(self, weights: Variable, count: int) -> memoryview:
        if weights.code == "f":
            return memoryview(bytearray(weights.data))
        single = bytearray(4 * count)
        self._library.ggml_fp16_to_fp32_row(
            bytes(weights.data),
            ctypes.byref(ctypes.c_char.from_buffer(single)),
            ctypes.c_int64(count),
        )
        return memoryview(single)
