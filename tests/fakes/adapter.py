"""Writes LoRA adapters: GGUF files that add to one matrix of a model.

Source: the GGUF specification, ggml/docs/gguf.md; llama.cpp, src/llama-adapter.cpp.
"""

from __future__ import annotations

import random
import struct
from array import array
from pathlib import Path

STRING, FLOAT32, F32 = 8, 6, 0
ALIGNMENT = 32


def write_adapter(
    path: Path,
    matrix: str,
    shape: tuple[int, int],
    size: float,
    architecture: str = "llama",
    before: bytes = b"",
) -> Path:
    """An adapter of rank 1 and random numbers for a matrix of this shape (inputs, outputs)."""
    inputs, outputs = shape
    numbers = random.Random(1)
    a = array("f", [numbers.gauss(0, size) for _ in range(inputs)]).tobytes()
    b = array("f", [numbers.gauss(0, size) for _ in range(outputs)]).tobytes()
    texts = {
        "general.type": "adapter",
        "general.architecture": architecture,
        "adapter.type": "lora",
        "adapter.lora.task_name": "testing",
    }
    values = [_text(key) + struct.pack("<I", STRING) + _text(text) for key, text in texts.items()]
    values.append(_text("adapter.lora.alpha") + struct.pack("<If", FLOAT32, 1.0))
    tensors = [
        _tensor(f"{matrix}.lora_a", (inputs, 1), 0),
        _tensor(f"{matrix}.lora_b", (1, outputs), len(_padded(a))),
    ]
    header = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(values))
    content = _padded(header + b"".join(values) + b"".join(tensors)) + _padded(a) + _padded(b)
    path.write_bytes(before + content)
    return path


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def _tensor(name: str, shape: tuple[int, int], offset: int) -> bytes:
    return _text(name) + struct.pack("<IQQIQ", 2, *shape, F32, offset)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % ALIGNMENT)
