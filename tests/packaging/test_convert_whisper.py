from __future__ import annotations

import hashlib
import io
import struct
from pathlib import Path

import pytest

from app.errors import BadFile
from convert import whisper
from convert.ggml import Ggml
from convert.gguf import TensorType
from tests.packaging.whisper_files import (
    AUDIO_CONTEXT,
    BANDS,
    HEADS,
    LAYERS,
    STATE,
    TEXT_CONTEXT,
    VOCABULARY,
    CTranslate2File,
    WhisperFile,
    tokenizer,
)

F32, F16, Q8_0 = 0, 1, 8


class Converter:
    """Converts a model file, with a tokenizer beside it."""

    def __init__(self, folder: Path, ggml: Ggml) -> None:
        self.model, self.tokenizer, self._ggml = folder / "model.bin", folder / "t.json", ggml
        self.tokenizer.write_bytes(tokenizer())

    def __call__(
        self, data: bytes | None = None, kind: TensorType = TensorType.F16, **options: object
    ) -> bytes:
        self.model.write_bytes(CTranslate2File().bytes() if data is None else data)
        target = io.BytesIO()
        whisper.convert(self.model, self.tokenizer, target, self._ggml, kind, **options)
        return target.getvalue()


@pytest.fixture
def convert(tmp_path: Path, ggml: Ggml) -> Converter:
    return Converter(tmp_path, ggml)


def halves(data: bytes) -> tuple[float, ...]:
    return struct.unpack(f"<{len(data) // 2}e", data)


def test_the_header_says_how_large_everything_is(convert: Converter) -> None:
    audio = [AUDIO_CONTEXT, STATE, HEADS, LAYERS]
    text = [TEXT_CONTEXT, STATE, HEADS, LAYERS]
    assert WhisperFile(convert()).numbers == [VOCABULARY, *audio, *text, BANDS, 1]
    assert WhisperFile(convert(kind=TensorType.Q8_0)).numbers[-1] == 2007


def test_words_are_bytes_and_special_tokens_are_left_out(convert: Converter) -> None:
    assert WhisperFile(convert()).words == [b"!", b" of", "у".encode()]


def test_mel_filters_are_those_of_openai_to_the_bit(convert: Converter) -> None:
    filters = WhisperFile(convert()).filters
    packed = struct.pack(f"<{BANDS * 201}f", *filters)
    # The filters in the published ggml-tiny.en.bin, which are mel_80 of OpenAI's mel_filters.npz.
    published = "85818f156f7e189453901a515e4726d270d307f976e161cf9403e8caab405498"
    assert hashlib.sha256(packed).hexdigest() == published


def test_matrices_of_sixteen_bits_are_copied_byte_for_byte(convert: Converter) -> None:
    file = CTranslate2File()
    tensors = WhisperFile(convert()).tensors
    pairs = {
        "decoder/embeddings/weight": "decoder.token_embedding.weight",
        "encoder/conv2/weight": "encoder.conv2.weight",
        "encoder/layer_1/ffn/linear_0/weight": "encoder.blocks.1.mlp.0.weight",
        "decoder/layer_0/attention/linear_2/weight": "decoder.blocks.0.cross_attn.out.weight",
    }
    for name, new_name in pairs.items():
        assert tensors[new_name][1:] == (F16, file.variables[name][2])


def test_query_key_and_value_are_unstacked_and_the_key_has_no_bias(convert: Converter) -> None:
    file = CTranslate2File()
    tensors = WhisperFile(convert()).tensors
    stacked = file.variables["encoder/layer_0/self_attention/linear_0/weight"][2]
    parts = ["query", "key", "value"]
    assert stacked == b"".join(tensors[f"encoder.blocks.0.attn.{part}.weight"][2] for part in parts)
    crossed = file.variables["decoder/layer_1/attention/linear_1/weight"][2]
    parts = ["key", "value"]
    prefix = "decoder.blocks.1.cross_attn"
    assert crossed == b"".join(tensors[f"{prefix}.{part}.weight"][2] for part in parts)
    assert not [name for name in tensors if name.endswith("key.bias")]


def test_vectors_and_positions_become_single_precision(convert: Converter) -> None:
    file = CTranslate2File()
    for kind in (TensorType.F16, TensorType.Q8_0):
        tensors = WhisperFile(convert(kind=kind)).tensors
        shape, stored, data = tensors["encoder.positional_embedding"]
        assert (shape, stored) == ((STATE, AUDIO_CONTEXT), F32)
        original = halves(file.variables["encoder/position_encodings/encodings"][2])
        assert struct.unpack(f"<{len(original)}f", data) == original
        assert tensors["encoder.conv1.bias"][:2] == ((1, STATE), F32)
        assert tensors["decoder.ln.weight"][:2] == ((STATE,), F32)


def test_eight_bits_are_as_near_as_eight_bits_can_be(convert: Converter) -> None:
    shape, kind, data = WhisperFile(convert(kind=TensorType.Q8_0)).tensors[
        "encoder.blocks.0.mlp.2.weight"
    ]
    assert (shape, kind) == ((4 * STATE, STATE), Q8_0)
    original = halves(CTranslate2File().variables["encoder/layer_0/ffn/linear_1/weight"][2])
    for start in range(0, len(original), 32):
        scale, *steps = struct.unpack_from("<e32b", data, start // 32 * 34)
        block = original[start : start + 32]
        assert scale == pytest.approx(max(map(abs, block)) / 127, rel=1e-3)
        assert all(
            abs(step * scale - value) <= 0.6 * scale
            for step, value in zip(steps, block, strict=True)
        )


def test_convolutions_keep_sixteen_bits_beside_matrices_of_eight(convert: Converter) -> None:
    tensors = WhisperFile(convert(kind=TensorType.Q8_0)).tensors
    assert tensors["encoder.conv1.weight"][:2] == ((3, BANDS, STATE), F16)


def test_progress_ends_with_everything_done(convert: Converter) -> None:
    seen: list[tuple[float, float]] = []
    convert(progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1] > 0


def test_the_same_file_gives_the_same_bytes(convert: Converter) -> None:
    assert convert(kind=TensorType.Q8_0) == convert(kind=TensorType.Q8_0)


def test_a_key_with_a_bias_is_refused_rather_than_dropped(convert: Converter) -> None:
    file = CTranslate2File()
    name = "encoder/layer_0/self_attention/linear_0/bias"
    shape, kind, data = file.variables[name]
    file.variables[name] = (shape, kind, struct.pack("<e", 1.0) * (len(data) // 2))
    with pytest.raises(BadFile, match="bias for the key"):
        convert(file.bytes())


def test_another_kind_of_model_is_refused(convert: Converter) -> None:
    with pytest.raises(BadFile, match="TransformerSpec"):
        convert(CTranslate2File(kind="TransformerSpec").bytes())


def test_weights_that_are_quantized_already_are_refused(convert: Converter) -> None:
    file = CTranslate2File()
    file.variables["decoder/embeddings/weight"] = ((VOCABULARY, STATE), 1, bytes(12 * 32))
    with pytest.raises(BadFile, match="decoder/embeddings/weight"):
        convert(file.bytes())


def test_a_tokenizer_that_is_none_is_refused(convert: Converter) -> None:
    for content in (b"", b"{}", b"[]", b'{"model": {"vocab": {"\xe4": 0}}, "added_tokens": []}'):
        convert.tokenizer.write_bytes(content)
        with pytest.raises(BadFile, match="tokenizer"):
            convert()


def test_a_file_cut_short_anywhere_is_refused_in_plain_words(convert: Converter) -> None:
    whole = CTranslate2File().bytes()
    for size in range(0, len(whole), 1009):
        with pytest.raises(BadFile):
            convert(whole[:size])


def test_whatever_else_the_bytes_are_the_error_is_the_same_kind(convert: Converter) -> None:
    whole = CTranslate2File().bytes()
    start = whole.index(b"decoder/num_heads")
    for position in [*range(40), *range(start - 2, start + 120, 2)]:
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        try:
            convert(bytes(damaged))
        except BadFile:
            continue
