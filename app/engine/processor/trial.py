"""What a CPU variant must compute rightly before it is used; runs in a child that may crash.

A product is checked by Freivalds' method: instead of every element of Y = W X, the one vector
Y m = W (X m) for a random m, which costs a fraction and still sees every element.
"""

from __future__ import annotations

import ctypes
import math
import os
import random
from collections.abc import Iterator, Sequence
from operator import mul
from pathlib import Path

from app.engine.processor.ggml import Ggml, InitParams

# Source: ggml/include/ggml.h, "enum ggml_type": all that llama.cpp takes as weights, by name.
_QUANTIZED = {
    **{"f32": 0, "f16": 1, "bf16": 30},
    **{"q4_0": 2, "q4_1": 3, "q5_0": 6, "q5_1": 7, "q8_0": 8},
    **{"q2_K": 10, "q3_K": 11, "q4_K": 12, "q5_K": 13, "q6_K": 14},
    **{"iq4_nl": 20, "iq4_xs": 23, "mxfp4": 39, "tq1_0": 34, "tq2_0": 35},
}
# Slow to quantize to, but any bits after the leading 16-bit scale are a valid block.
_RANDOM = {"iq2_xxs": 16, "iq2_xs": 17, "iq2_s": 22, "iq3_xxs": 18, "iq3_s": 21, "iq1_s": 19}
_SMALL_SCALE = b"\x00\x10"  # 2 ** -11

_F32, _F16 = _QUANTIZED["f32"], _QUANTIZED["f16"]
_ROWS, _COLUMNS = 32, 256  # whole tiles for AMX, one block of 256 weights
_WIDTHS = (1, 33)  # a token; a prompt that no kernel's width divides
_HEAD, _KEYS = 64, 64
_QUERIES = (1, 64)  # from 64 on, flash attention goes by tiles

# Kernels round activations to 8 bits, an error below 0.02; one wrong element shows as 0.17.
_TOLERANCE = 0.05

Floats = Sequence[float]


class WrongResult(Exception):
    """The variant computed something else than plain arithmetic does."""


class Trial:
    """One CPU variant, loaded into this process.

    Raises: OSError where it cannot be loaded.
    """

    def __init__(self, libraries: Path, variant: Path) -> None:
        self._ggml = Ggml(libraries)
        registry = self._ggml.backend_load(os.fsencode(variant))
        if not registry:
            raise OSError(f"ggml refuses {variant.name}")
        self._device = self._ggml.backend_reg_dev_get(registry, 0)
        self._backend = self._ggml.backend_dev_init(self._device, None)
        self._ordinary = self._ggml.backend_dev_buffer_type(self._device)
        self._extra = self._ggml.extra_buffer_types(registry, self._device)
        self._ggml.set_threads(registry, self._backend, 1)  # threads change no instruction
        self._random = random.Random(1)

    def run(self) -> Iterator[str]:
        """Yields the name of each computation, then does it. Raises: WrongResult."""
        yield from self._multiply()
        for queries in _QUERIES:
            yield f"flash attention × {queries}"
            self._attend(queries)

    def _multiply(self) -> Iterator[str]:
        activations = self._floats(_COLUMNS * max(_WIDTHS))
        mix = self._floats(max(_WIDTHS))
        inputs = [self._tensor(_F32, _COLUMNS, width, activations) for width in _WIDTHS]
        mixed = [_mixed(activations, mix[:width], _COLUMNS) for width in _WIDTHS]
        for name, type_, weights in self._weights():
            plain = self._plain(type_, weights)
            expected = [[_dot(row, vector) for row in plain] for vector in mixed]
            for buffer_type in (self._ordinary, *self._extra):
                yield f"{name} ({self._ggml.backend_buft_name(buffer_type).decode()})"
                results = self._products(type_, weights, buffer_type, inputs)
                for result, width, right in zip(results, _WIDTHS, expected, strict=False):
                    _compare(_mixed(result, mix[:width], _ROWS), right)

    def _weights(self) -> Iterator[tuple[str, int, bytes]]:
        """Each type's name, number and a matrix of it. Shape: [32][256]."""
        source = self._floats(_ROWS * _COLUMNS)
        for name, type_ in _QUANTIZED.items():
            yield name, type_, self._ggml.quantized(type_, source, _COLUMNS)
        for name, type_ in _RANDOM.items():
            bits = self._ggml.row_size(type_, _COLUMNS) - len(_SMALL_SCALE)
            rows = (_SMALL_SCALE + self._random.randbytes(bits) for _ in range(_ROWS))
            yield name, type_, b"".join(rows)

    def _plain(self, type_: int, weights: bytes) -> list[Floats]:
        plain = self._ggml.dequantized(type_, weights, _ROWS * _COLUMNS)
        return _rows(plain, _COLUMNS)

    def _products(
        self, type_: int, weights: bytes, buffer_type: int, inputs: list[int]
    ) -> list[Floats]:
        """The weights times each input; none where such a buffer does not take such weights."""
        tensor = self._ggml.new_tensor_2d(context := self._context(), type_, _COLUMNS, _ROWS)
        self._ggml.backend_alloc_ctx_tensors_from_buft(context, buffer_type)
        graphs = [self._context() for _ in inputs]
        results = [
            self._ggml.mul_mat(graph, tensor, activations)
            for graph, activations in zip(graphs, inputs, strict=True)
        ]
        if not self._ggml.backend_dev_supports_op(self._device, results[0]):
            return []
        self._ggml.backend_tensor_set(tensor, weights, 0, len(weights))
        return [
            self._computed(graph, result, _ROWS * width)
            for graph, result, width in zip(graphs, results, _WIDTHS, strict=True)
        ]

    def _attend(self, queries: int) -> None:
        q, k, v = (self._floats(_HEAD * count) for count in (queries, _KEYS, _KEYS))
        tensors = (
            self._tensor(_F32, _HEAD, queries, q),
            self._tensor(_F16, _HEAD, _KEYS, k),
            self._tensor(_F16, _HEAD, _KEYS, v),
        )
        scale = 1 / math.sqrt(_HEAD)
        context = self._context()
        attention = self._ggml.flash_attn_ext(context, *tensors, None, scale, 0.0, 0.0)
        result = _rows(self._computed(context, attention, _HEAD * queries), _HEAD)
        for query in (0, queries - 1):
            expected = _attended(_rows(q, _HEAD)[query], _rows(k, _HEAD), _rows(v, _HEAD), scale)
            _compare(result[query], expected)

    def _tensor(self, type_: int, columns: int, rows: int, values: Floats) -> int:
        tensor = self._ggml.new_tensor_2d(context := self._context(), type_, columns, rows)
        self._ggml.backend_alloc_ctx_tensors_from_buft(context, self._ordinary)
        data = self._ggml.quantized(type_, values[: columns * rows], columns)
        self._ggml.backend_tensor_set(tensor, data, 0, len(data))
        return int(tensor)

    def _computed(self, context: int, result: int, count: int) -> Floats:
        graph = self._ggml.new_graph(context)
        self._ggml.build_forward_expand(graph, result)
        self._ggml.backend_alloc_ctx_tensors_from_buft(context, self._ordinary)
        if self._ggml.backend_graph_compute(self._backend, graph):
            raise WrongResult
        values = (ctypes.c_float * count)()
        self._ggml.backend_tensor_get(result, values, 0, ctypes.sizeof(values))
        return list(values)

    def _context(self) -> int:
        # Never freed: the process ends with the trial.
        return int(self._ggml.init(InitParams(1 << 18, None, True)))

    def _floats(self, count: int) -> list[float]:
        return [self._random.uniform(-1, 1) for _ in range(count)]


def _compare(found: Floats, expected: Floats) -> None:
    size = math.sqrt(_dot(expected, expected) / len(expected))
    close = [abs(a - b) <= _TOLERANCE * size for a, b in zip(found, expected, strict=True)]
    if not all(close):  # not a number is close to nothing
        raise WrongResult


def _attended(query: Floats, keys: list[Floats], values: list[Floats], scale: float) -> Floats:
    weights = [math.exp(_dot(query, key) * scale) for key in keys]
    total = sum(weights)
    return [_dot(weights, column) / total for column in zip(*values, strict=True)]


def _mixed(columns: Floats, mix: Floats, length: int) -> Floats:
    """The sum of the columns, each times its factor. Shape: [n * length], [n] -> [length]."""
    return [_dot(columns[at : len(mix) * length : length], mix) for at in range(length)]


def _rows(values: Floats, length: int) -> list[Floats]:
    return [values[at : at + length] for at in range(0, len(values), length)]


def _dot(a: Floats, b: Floats) -> float:
    return math.fsum(map(mul, a, b))
