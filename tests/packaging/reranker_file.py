"""Makes a small reranking model that can be seen through: it counts a document's good words.

Each token looks at all alike, and what it sees is added up; "good" and "bad" push in opposite
directions of one dimension, which is the score.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from convert import gguf

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁good", "▁bad", "▁plain", "▁which", "<mask>"]
CONTROL, UNKNOWN, NORMAL = 3, 2, 1
HIDDEN, POSITIONS = 32, 32
RANK_POOLING = 4
PUSH = {"▁good": 4.0, "▁bad": -4.0}

Weights = Callable[[int, int], float]  # by row and column


def write_reranker(path: Path) -> None:
    """The file."""
    with path.open("wb") as target:
        gguf.write(target, _metadata(), _tensors())


def _metadata() -> dict[str, gguf.Value]:
    types = [CONTROL if piece.startswith("<") else NORMAL for piece in PIECES]
    types[3] = UNKNOWN
    scores = struct.pack(f"<{len(PIECES)}f", *(-1.0 for _ in PIECES))
    return {
        "general.architecture": "bert",
        "general.name": "counts-good-words",
        "bert.context_length": POSITIONS,
        "bert.embedding_length": HIDDEN,
        "bert.feed_forward_length": HIDDEN,
        "bert.block_count": 1,
        "bert.attention.head_count": 2,
        "bert.attention.layer_norm_epsilon": 1e-12,
        "bert.attention.causal": False,
        "bert.pooling_type": RANK_POOLING,
        "tokenizer.ggml.model": "t5",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": gguf.Array.of_strings(piece.encode() for piece in PIECES),
        "tokenizer.ggml.scores": gguf.Array(gguf.Kind.FLOAT32, len(PIECES), scores),
        "tokenizer.ggml.token_type": gguf.Array.of_int32(types),
        "tokenizer.ggml.token_type_count": 1,
        "tokenizer.ggml.bos_token_id": 0,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.seperator_token_id": 2,
        "tokenizer.ggml.padding_token_id": 1,
        "tokenizer.ggml.unknown_token_id": 3,
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_eos_token": True,
        "tokenizer.ggml.add_sep_token": True,
        "tokenizer.ggml.add_space_prefix": True,
    }


def _tensors() -> list[gguf.Tensor]:
    return [
        _matrix("token_embd", len(PIECES), _embedding),
        _matrix("position_embd", POSITIONS, _zero),
        _matrix("token_types", 1, _zero),
        *_norm("token_embd_norm"),
        *(_matrix(f"blk.0.attn_{part}", HIDDEN, _zero) for part in "qk"),
        *(_matrix(f"blk.0.attn_{part}", HIDDEN, _one) for part in ("v", "output")),
        *_norm("blk.0.attn_output_norm"),
        *(_matrix(f"blk.0.ffn_{part}", HIDDEN, _zero) for part in ("up", "down")),
        *_norm("blk.0.layer_output_norm"),
        _matrix("cls.output", 1, lambda _row, column: float(column == 0)),
    ]


def _embedding(token: int, column: int) -> float:
    if column == 0:
        return PUSH.get(PIECES[token], 0.0)
    return 1.0 if (column + token) % 2 else -1.0


def _zero(_row: int, _column: int) -> float:
    return 0.0


def _one(row: int, column: int) -> float:
    return float(row == column)


def _matrix(name: str, rows: int, weights: Weights) -> gguf.Tensor:
    numbers = [weights(row, column) for row in range(rows) for column in range(HIDDEN)]
    return _tensor(f"{name}.weight", (HIDDEN, rows), numbers)


def _norm(name: str) -> list[gguf.Tensor]:
    return [
        _tensor(f"{name}.weight", (HIDDEN,), [1.0] * HIDDEN),
        _tensor(f"{name}.bias", (HIDDEN,), [0.0] * HIDDEN),
    ]


def _tensor(name: str, shape: tuple[int, ...], numbers: list[float]) -> gguf.Tensor:
    data = memoryview(struct.pack(f"<{len(numbers)}f", *numbers))
    return gguf.Tensor(name, shape, gguf.TensorType.F32, data)
