"""The few functions of ggml that prove a CPU variant, through ctypes.

Not through llama_cpp: the proof runs in a child that loads ggml alone, never libllama.
Source: ggml/include/ggml.h, ggml-alloc.h, ggml-backend.h.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from ctypes import c_bool, c_char_p, c_float, c_int, c_int64, c_size_t, c_void_p
from itertools import takewhile
from pathlib import Path
from typing import Any


class InitParams(ctypes.Structure):
    """`struct ggml_init_params`."""

    _fields_ = (("mem_size", c_size_t), ("mem_buffer", c_void_p), ("no_alloc", c_bool))


class TypeTraits(ctypes.Structure):
    """`struct ggml_type_traits`."""

    _fields_ = (
        ("type_name", c_char_p),
        ("block_size", c_int64),
        ("block_size_interleave", c_int64),
        ("type_size", c_size_t),
        ("is_quantized", c_bool),
        ("to_float", ctypes.CFUNCTYPE(None, c_char_p, c_void_p, c_int64)),
        ("from_float_ref", c_void_p),
    )


_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "ggml_get_type_traits": (ctypes.POINTER(TypeTraits), (c_int,)),
    "ggml_row_size": (c_size_t, (c_int, c_int64)),
    "ggml_quantize_chunk": (c_size_t, (c_int, *[c_void_p] * 2, *[c_int64] * 3, c_void_p)),
    "ggml_init": (c_void_p, (InitParams,)),
    "ggml_new_tensor_2d": (c_void_p, (c_void_p, c_int, c_int64, c_int64)),
    "ggml_mul_mat": (c_void_p, (c_void_p,) * 3),
    "ggml_flash_attn_ext": (c_void_p, (*[c_void_p] * 5, *[c_float] * 3)),
    "ggml_new_graph": (c_void_p, (c_void_p,)),
    "ggml_build_forward_expand": (None, (c_void_p, c_void_p)),
    "ggml_backend_load": (c_void_p, (c_char_p,)),
    "ggml_backend_reg_dev_get": (c_void_p, (c_void_p, c_size_t)),
    "ggml_backend_reg_get_proc_address": (c_void_p, (c_void_p, c_char_p)),
    "ggml_backend_dev_init": (c_void_p, (c_void_p, c_char_p)),
    "ggml_backend_dev_buffer_type": (c_void_p, (c_void_p,)),
    "ggml_backend_dev_supports_op": (c_bool, (c_void_p, c_void_p)),
    "ggml_backend_buft_name": (c_char_p, (c_void_p,)),
    "ggml_backend_alloc_ctx_tensors_from_buft": (c_void_p, (c_void_p, c_void_p)),
    "ggml_backend_tensor_set": (None, (c_void_p, c_void_p, c_size_t, c_size_t)),
    "ggml_backend_tensor_get": (None, (c_void_p, c_void_p, c_size_t, c_size_t)),
    "ggml_backend_graph_compute": (c_int, (c_void_p, c_void_p)),
}


class Ggml:
    """ggml's functions by their names without the prefix: `ggml.mul_mat(context, a, b)`.

    Raises: OSError where the library is missing or cannot be loaded.
    """

    def __init__(self, libraries: Path) -> None:
        self._handles = [ctypes.CDLL(str(path)) for path in _files(libraries)]

    def __getattr__(self, name: str) -> Any:
        symbol = f"ggml_{name}"
        handle = next(handle for handle in self._handles if hasattr(handle, symbol))
        function = getattr(handle, symbol)
        function.restype, function.argtypes = _SIGNATURES[symbol]
        setattr(self, name, function)
        return function

    def quantized(self, type_: int, values: Sequence[float], columns: int) -> bytes:
        """`values` as rows of a type that needs no importance matrix."""
        rows = len(values) // columns
        source = (c_float * len(values))(*values)
        data = ctypes.create_string_buffer(rows * self.row_size(type_, columns))
        self.quantize_chunk(type_, source, data, 0, rows, columns, None)
        return data.raw

    def dequantized(self, type_: int, data: bytes, count: int) -> list[float]:
        """The floats that the rows stand for, by ggml's portable code."""
        values = (c_float * count)()
        to_float = self.get_type_traits(type_).contents.to_float
        if to_float:
            to_float(data, values, count)
        else:  # they are floats already
            ctypes.memmove(values, data, len(data))
        return list(values)

    def extra_buffer_types(self, registry: int, device: int) -> list[int]:
        """The kinds of buffer in which weights are rearranged for this processor (AMX, …)."""
        found = self._procedure(
            registry, "ggml_backend_dev_get_extra_bufts", ctypes.POINTER(c_void_p), c_void_p
        )
        return list(takewhile(bool, found(device))) if found else []

    def set_threads(self, registry: int, backend: int, count: int) -> None:
        """Sets how many threads the backend computes with."""
        self._procedure(registry, "ggml_backend_set_n_threads", None, c_void_p, c_int)(
            backend, count
        )

    def _procedure(self, registry: int, name: str, result: Any, *arguments: Any) -> Any:
        address = self.backend_reg_get_proc_address(registry, name.encode())
        return ctypes.CFUNCTYPE(result, *arguments)(address) if address else None


def _files(libraries: Path) -> list[Path]:
    # libggml needs libggml-base, so its handle finds both; on Windows each shows only its own.
    if sys.platform == "win32":
        return [libraries / "ggml-base.dll", libraries / "ggml.dll"]
    return [libraries / ("libggml.dylib" if sys.platform == "darwin" else "libggml.so")]
