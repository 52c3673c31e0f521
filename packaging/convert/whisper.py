"""Converts Whisper from CTranslate2's format to whisper.cpp's.

Source: whisper.cpp models/convert-pt-to-ggml.py and examples/common-ggml.cpp.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import BinaryIO

from convert import mel
from convert.ctranslate2 import Model, Variable
from convert.ggml import BLOCK, Ggml
from convert.gguf import TensorType
from convert.vocabulary import tokens

__all__ = ["convert"]

MAGIC = 0x67676D6C
QUANTIZATION_VERSION = 2
FILE_TYPES = {TensorType.F16: 1, TensorType.Q8_0: QUANTIZATION_VERSION * 1000 + 7}

# CTranslate2's name of a layer's part -> OpenAI's, or those of the parts that lie stacked in it.
# In the order of OpenAI's own file, so that the result is the published ggml file to the byte.
LAYER = {
    "ffn/layer_norm": ("mlp_ln",),
    "ffn/linear_0": ("mlp.0",),
    "ffn/linear_1": ("mlp.2",),
    "self_attention/layer_norm": ("attn_ln",),
    "self_attention/linear_0": ("attn.query", "attn.key", "attn.value"),
    "self_attention/linear_1": ("attn.out",),
}
CROSS_ATTENTION = {
    "attention/layer_norm": ("cross_attn_ln",),
    "attention/linear_0": ("cross_attn.query",),
    "attention/linear_1": ("cross_attn.key", "cross_attn.value"),
    "attention/linear_2": ("cross_attn.out",),
}
PARTS = {"encoder": LAYER, "decoder": LAYER | CROSS_ATTENTION}


@dataclass(frozen=True, slots=True)
class _Tensor:
    name: str
    weights: Variable
    kind: TensorType = TensorType.F32


def convert(
    model: Path,
    tokenizer: Path,
    target: BinaryIO,
    ggml: Ggml,
    kind: TensorType = TensorType.Q8_0,
    progress: Callable[[float, float], None] = lambda _done, _total: None,
) -> None:
    """Writes a model.bin and its tokenizer.json as one file of whisper.cpp.

    `kind`: how the matrices are stored, F16 (as they are) or Q8_0. `progress` is told how many of
    how many bytes are read.
    Raises: BadFile.
    """
    source = Model(model)
    source.require(source.kind == "WhisperSpec", f"it holds a {source.kind}")
    tensors = list(_tensors(source, kind))
    total = sum(len(tensor.weights.data) for tensor in tensors)
    _write_header(target, source, tokens(tokenizer), kind)
    done = 0
    for tensor in tensors:
        _write_tensor(target, tensor, ggml)
        done += len(tensor.weights.data)
        progress(done, total)


def _write_header(target: BinaryIO, source: Model, words: list[bytes], kind: TensorType) -> None:
    audio_context, audio_state = source.weights("encoder/position_encodings/encodings", 2).shape
    text_context, text_state = source.weights("decoder/position_encodings/encodings", 2).shape
    vocabulary, _ = source.weights("decoder/embeddings/weight", 2).shape
    _, bands, _ = source.weights("encoder/conv1/weight", 3).shape
    audio = (audio_context, audio_state, source.number("encoder/num_heads"))
    text = (text_context, text_state, source.number("decoder/num_heads"))
    numbers = (
        *(MAGIC, vocabulary),
        *(*audio, _layers(source, "encoder")),
        *(*text, _layers(source, "decoder")),
        *(bands, FILE_TYPES[kind]),
    )
    filters = mel.filters(bands)
    target.write(struct.pack(f"<{len(numbers)}i", *numbers))
    target.write(struct.pack(f"<ii{len(filters)}f", bands, mel.BINS, *filters))
    target.write(struct.pack("<i", len(words)))
    for word in words:
        target.write(struct.pack("<i", len(word)) + word)


def _write_tensor(target: BinaryIO, tensor: _Tensor, ggml: Ggml) -> None:
    shape, name = tensor.weights.shape, tensor.name.encode()
    target.write(struct.pack("<iii", len(shape), len(name), tensor.kind))
    target.write(struct.pack(f"<{len(shape)}i", *reversed(shape)) + name)
    target.write(ggml.stored(tensor.weights, tensor.kind))


def _layers(source: Model, stack: str) -> int:
    return next(n for n in count() if f"{stack}/layer_{n}/ffn/linear_0/weight" not in source)


def _tensors(source: Model, kind: TensorType) -> Iterator[_Tensor]:
    for stack in ("decoder", "encoder"):
        positions = source.weights(f"{stack}/position_encodings/encodings", 2)
        yield _Tensor(f"{stack}.positional_embedding", positions)
    embeddings = source.weights("decoder/embeddings/weight", 2)
    yield _Tensor("decoder.token_embedding.weight", embeddings, kind)
    yield from _stack(source, "decoder", kind)
    yield from _norm(source, "decoder/layer_norm", "decoder.ln")
    yield from _convolution(source, "conv1")
    yield from _convolution(source, "conv2")
    yield from _stack(source, "encoder", kind)
    yield from _norm(source, "encoder/layer_norm", "encoder.ln_post")


def _stack(source: Model, stack: str, kind: TensorType) -> Iterator[_Tensor]:
    for layer in range(_layers(source, stack)):
        for name, parts in PARTS[stack].items():
            there = f"{stack}/layer_{layer}/{name}"
            here = [f"{stack}.blocks.{layer}.{part}" for part in parts]
            if name.endswith("layer_norm"):
                yield from _norm(source, there, here[0])
            else:
                yield from _linear(source, there, here, kind)


def _convolution(source: Model, name: str) -> Iterator[_Tensor]:
    # Convolutions stay as they are, whatever the matrices become: whisper.cpp wants them so.
    weight = source.weights(f"encoder/{name}/weight", 3)
    bias = source.weights(f"encoder/{name}/bias", 1)
    yield _Tensor(f"encoder.{name}.weight", weight, TensorType.F16)
    yield _Tensor(f"encoder.{name}.bias", replace(bias, shape=(*bias.shape, 1)))


def _norm(source: Model, name: str, new_name: str) -> Iterator[_Tensor]:
    yield _Tensor(f"{new_name}.weight", source.weights(f"{name}/gamma", 1))
    yield _Tensor(f"{new_name}.bias", source.weights(f"{name}/beta", 1))


def _linear(source: Model, name: str, new_names: list[str], kind: TensorType) -> Iterator[_Tensor]:
    weight, bias = source.weights(f"{name}/weight", 2), source.weights(f"{name}/bias", 1)
    rows, columns = weight.shape
    source.require((rows,) == bias.shape, f"{name} has {rows} rows and {bias.shape} biases")
    divisible = rows % len(new_names) == 0 and columns % BLOCK == 0
    source.require(divisible, f"{name} has the shape {weight.shape}")
    for part, new_name in enumerate(new_names):
        yield _Tensor(f"{new_name}.weight", weight.rows(part, len(new_names)), kind)
        part_bias = bias.rows(part, len(new_names))
        if new_name.endswith(".key"):
            # OpenAI's keys have no bias, and whisper.cpp has no place for one.
            source.require(not any(part_bias.data), f"{name} has a bias for the key")
        else:
            yield _Tensor(f"{new_name}.bias", part_bias)
