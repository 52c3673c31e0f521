"""Converts Whisper from CTranslate2's format to whisper.cpp's.

Source: whisper.cpp models/convert-pt-to-ggml.py and examples/common-ggml.cpp.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

from convert import mel
from convert.ctranslate2 import Model, Variable
from convert.ggml import Ggml
from convert.gguf import TensorType
from convert.vocabulary import tokens

__all__ = ["convert"]

MAGIC = 0x67676D6C
QUANTIZATION_VERSION = 2
FILE_TYPES = {TensorType.F16: 1, TensorType.Q8_0: QUANTIZATION_VERSION * 1000 + 7}

# CTranslate2's name of a layer's part -> OpenAI's, or those of the parts that lie stacked in it.
NORMS = {"self_attention/layer_norm": "attn_ln", "ffn/layer_norm": "mlp_ln"}
LINEARS = {
    "self_attention/linear_0": ("attn.query", "attn.key", "attn.value"),
    "self_attention/linear_1": ("attn.out",),
    "ffn/linear_0": ("mlp.0",),
    "ffn/linear_1": ("mlp.2",),
}
CROSS_NORMS = {"attention/layer_norm": "cross_attn_ln"}
CROSS_LINEARS = {
    "attention/linear_0": ("cross_attn.query",),
    "attention/linear_1": ("cross_attn.key", "cross_attn.value"),
    "attention/linear_2": ("cross_attn.out",),
}


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
    audio_context, audio_state = source["encoder/position_encodings/encodings"].shape
    text_context, text_state = source["decoder/position_encodings/encodings"].shape
    vocabulary, _ = source["decoder/embeddings/weight"].shape
    _, bands, _ = source["encoder/conv1/weight"].shape
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
    yield from _convolutions(source)
    for stack, norm in (("encoder", "ln_post"), ("decoder", "ln")):
        positions = source[f"{stack}/position_encodings/encodings"]
        yield _Tensor(f"{stack}.positional_embedding", positions)
        yield from _norm(source, f"{stack}/layer_norm", f"{stack}.{norm}")
        for layer in range(_layers(source, stack)):
            yield from _layer(source, stack, layer, kind)
    embeddings = source["decoder/embeddings/weight"]
    yield _Tensor("decoder.token_embedding.weight", embeddings, kind)


def _convolutions(source: Model) -> Iterator[_Tensor]:
    for name in ("conv1", "conv2"):
        # Convolutions stay as they are, whatever the matrices become: whisper.cpp wants them so.
        weight = source[f"encoder/{name}/weight"]
        yield _Tensor(f"encoder.{name}.weight", weight, TensorType.F16)
        bias = source[f"encoder/{name}/bias"]
        column = Variable((*bias.shape, 1), bias.code, bias.data)
        yield _Tensor(f"encoder.{name}.bias", column)


def _layer(source: Model, stack: str, layer: int, kind: TensorType) -> Iterator[_Tensor]:
    there, here = f"{stack}/layer_{layer}", f"{stack}.blocks.{layer}"
    crossing = stack == "decoder"
    for name, new_name in (NORMS | CROSS_NORMS if crossing else NORMS).items():
        yield from _norm(source, f"{there}/{name}", f"{here}.{new_name}")
    for name, parts in (LINEARS | CROSS_LINEARS if crossing else LINEARS).items():
        new_names = [f"{here}.{part}" for part in parts]
        yield from _linear(source, f"{there}/{name}", new_names, kind)


def _norm(source: Model, name: str, new_name: str) -> Iterator[_Tensor]:
    yield _Tensor(f"{new_name}.weight", source[f"{name}/gamma"])
    yield _Tensor(f"{new_name}.bias", source[f"{name}/beta"])


def _linear(source: Model, name: str, new_names: list[str], kind: TensorType) -> Iterator[_Tensor]:
    weight, bias = source[f"{name}/weight"], source[f"{name}/bias"]
    for part, new_name in enumerate(new_names):
        yield _Tensor(f"{new_name}.weight", weight.rows(part, len(new_names)), kind)
        part_bias = bias.rows(part, len(new_names))
        if new_name.endswith(".key"):
            # OpenAI's keys have no bias, and whisper.cpp has no place for one.
            source.require(not any(part_bias.data), f"{name} has a bias for the key")
        else:
            yield _Tensor(f"{new_name}.bias", part_bias)
