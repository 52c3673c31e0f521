"""Makes small Whisper models in CTranslate2's format, and reads those of whisper.cpp back."""

from __future__ import annotations

import json
import random
import struct
from dataclasses import dataclass, field
from math import prod
from typing import Any

STATE, HEADS, LAYERS, BANDS, AUDIO_CONTEXT, TEXT_CONTEXT, VOCABULARY = 32, 2, 2, 80, 8, 4, 12
WORDS = ["!", "Ġof", "Ñĥ", "<|endoftext|>"]
NORM = {"gamma": (STATE,), "beta": (STATE,)}


def linear(rows: int, columns: int) -> dict[str, tuple[int, ...]]:
    return {"weight": (rows, columns), "bias": (rows,)}


LAYER = {
    "self_attention/layer_norm": NORM,
    "self_attention/linear_0": linear(3 * STATE, STATE),
    "self_attention/linear_1": linear(STATE, STATE),
    "ffn/layer_norm": NORM,
    "ffn/linear_0": linear(4 * STATE, STATE),
    "ffn/linear_1": linear(STATE, 4 * STATE),
}
CROSS_ATTENTION = {
    "attention/layer_norm": NORM,
    "attention/linear_0": linear(STATE, STATE),
    "attention/linear_1": linear(2 * STATE, STATE),
    "attention/linear_2": linear(STATE, STATE),
}
STACKS = {
    "encoder": {
        "conv1": {"weight": (STATE, BANDS, 3), "bias": (STATE,)},
        "conv2": {"weight": (STATE, STATE, 3), "bias": (STATE,)},
        "position_encodings": {"encodings": (AUDIO_CONTEXT, STATE)},
        "layer_norm": NORM,
    },
    "decoder": {
        "embeddings": {"weight": (VOCABULARY, STATE)},
        "position_encodings": {"encodings": (TEXT_CONTEXT, STATE)},
        "layer_norm": NORM,
    },
}
KEY_BIAS = {"self_attention/linear_0": (1, 3), "attention/linear_1": (0, 2)}


@dataclass
class CTranslate2File:
    """`variables`: name -> shape, number of the type, bytes."""

    kind: str = "WhisperSpec"
    variables: dict[str, tuple[tuple[int, ...], int, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbers = random.Random(7)
        for stack, parts in STACKS.items():
            self.variables[f"{stack}/num_heads"] = ((), 2, struct.pack("<h", HEADS))
            layer = LAYER | (CROSS_ATTENTION if stack == "decoder" else {})
            named = {f"{stack}/layer_{n}/{k}": v for n in range(LAYERS) for k, v in layer.items()}
            for part, arrays in ({f"{stack}/{k}": v for k, v in parts.items()} | named).items():
                for name, shape in arrays.items():
                    self._add(numbers, part, name, shape)

    def _add(self, numbers: random.Random, part: str, name: str, shape: tuple[int, ...]) -> None:
        values = [numbers.gauss(0, 0.1) for _ in range(prod(shape))]
        key = KEY_BIAS.get(part.split("/", 2)[-1])
        if key and name == "bias":
            nth, size = key[0], shape[0] // key[1]
            values[nth * size : (nth + 1) * size] = [0.0] * size
        self.variables[f"{part}/{name}"] = (shape, 4, struct.pack(f"<{len(values)}e", *values))

    def bytes(self) -> bytes:
        """The file."""
        result = struct.pack("<I", 6) + self._name(self.kind) + struct.pack("<I", 3)
        result += struct.pack("<I", len(self.variables))
        for name, (shape, kind, data) in self.variables.items():
            result += self._name(name) + struct.pack(f"<B{len(shape)}I", len(shape), *shape)
            result += struct.pack("<BI", kind, len(data)) + data
        alias = self._name("decoder/projection/weight") + self._name("decoder/embeddings/weight")
        return result + struct.pack("<I", 1) + alias

    def _name(self, name: str) -> bytes:
        return struct.pack("<H", len(name) + 1) + name.encode() + b"\0"


def tokenizer() -> bytes:
    """A tokenizer.json."""
    vocabulary = {word: number for number, word in reversed(list(enumerate(WORDS)))}
    added = [{"id": WORDS.index("<|endoftext|>"), "content": "<|endoftext|>"}]
    return json.dumps({"added_tokens": added, "model": {"vocab": vocabulary}}).encode()


class WhisperFile:
    """`numbers` of the header, mel `filters`, `words`, `tensors`: name -> shape, type, bytes."""

    def __init__(self, data: bytes) -> None:
        self._data, self._position = data, 0
        magic, *self.numbers = self._unpack("12i")
        assert magic == 0x67676D6C
        bands, bins = self._unpack("2i")
        self.filters = self._unpack(f"{bands * bins}f")
        self.words = [self._take(*self._unpack("i")) for _ in range(*self._unpack("i"))]
        self.tensors: dict[str, tuple[tuple[int, ...], int, bytes]] = {}
        while self._position < len(data):
            rank, length, kind = self._unpack("3i")
            shape = self._unpack(f"{rank}i")
            name = self._take(length).decode()
            size = prod(shape) // 32 * {0: 128, 1: 64, 8: 34}[kind]
            self.tensors[name] = (shape, kind, self._take(size))

    def _unpack(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack("<" + layout, self._take(struct.calcsize("<" + layout)))

    def _take(self, size: int) -> bytes:
        self._position += size
        return self._data[self._position - size : self._position]
