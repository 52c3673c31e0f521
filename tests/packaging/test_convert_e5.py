from __future__ import annotations

import io
from pathlib import Path

import pytest

from app.errors import BadFile
from convert import e5
from tests.packaging.e5_file import HIDDEN, PIECES, POSITIONS, VOCABULARY, E5File
from tests.packaging.gguf_file import GgufFile

F32, Q4_0 = 0, 2


def converted(folder: Path, file: E5File) -> bytes:
    return converted_bytes(folder, file.bytes())


def converted_bytes(folder: Path, data: bytes) -> bytes:
    source = folder / "e5.bin"
    source.write_bytes(data)
    target = io.BytesIO()
    e5.convert(source, target)
    return target.getvalue()


def test_weights_are_copied_byte_for_byte_under_their_new_names(tmp_path: Path) -> None:
    file = E5File()
    tensors = GgufFile(converted(tmp_path, file)).tensors
    pairs = {
        "emb.word": "token_embd.weight",
        "emb.pos": "position_embd.weight",
        "emb.type": "token_types.weight",
        "emb.ln.b": "token_embd_norm.bias",
        "l0.q.w": "blk.0.attn_q.weight",
        "l0.k.w": "blk.0.attn_k.weight",
        "l0.v.w": "blk.0.attn_v.weight",
        "l0.aln.w": "blk.0.attn_output_norm.weight",
        "l1.ao.b": "blk.1.attn_output.bias",
        "l1.fi.w": "blk.1.ffn_up.weight",
        "l0.fo.w": "blk.0.ffn_down.weight",
        "l1.oln.w": "blk.1.layer_output_norm.weight",
    }
    assert len(tensors) == len(file.tensors)
    for name, new_name in pairs.items():
        assert tensors[new_name][2] == file.tensors[name][2]


def test_shapes_have_the_innermost_dimension_first(tmp_path: Path) -> None:
    tensors = GgufFile(converted(tmp_path, E5File())).tensors
    assert tensors["token_embd.weight"][:2] == ((HIDDEN, VOCABULARY), Q4_0)
    assert tensors["position_embd.weight"][:2] == ((HIDDEN, POSITIONS), F32)
    assert tensors["blk.0.ffn_up.weight"][:2] == ((32, 64), Q4_0)
    assert tensors["blk.0.ffn_down.weight"][:2] == ((64, 32), Q4_0)
    assert tensors["blk.0.ffn_up.bias"][:2] == ((64,), F32)


def test_every_row_of_the_embeddings_has_a_token(tmp_path: Path) -> None:
    metadata = GgufFile(converted(tmp_path, E5File())).metadata
    tokens = metadata["tokenizer.ggml.tokens"]
    assert tokens == [*(piece.encode() for piece in PIECES), b"[PAD10]", b"[PAD11]"]
    types = metadata["tokenizer.ggml.token_type"]
    normal, unknown, control, unused = 1, 2, 3, 5
    assert types == [control] * 3 + [unknown] + [normal] * 5 + [control] + [unused] * 2
    assert len(metadata["tokenizer.ggml.scores"]) == VOCABULARY


def test_it_is_an_encoder_that_takes_the_mean(tmp_path: Path) -> None:
    metadata = GgufFile(converted(tmp_path, E5File())).metadata
    assert metadata["general.architecture"] == "bert"
    assert metadata["bert.attention.causal"] is False
    assert metadata["bert.pooling_type"] == 1
    assert metadata["bert.context_length"] == POSITIONS
    assert metadata["tokenizer.ggml.model"] == "t5"
    assert metadata["tokenizer.ggml.add_bos_token"] is True
    assert metadata["tokenizer.ggml.add_eos_token"] is True


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    assert converted(tmp_path, E5File()) == converted(tmp_path, E5File())


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="does not begin with E5S1"):
        converted_bytes(tmp_path, b"GGUF" + bytes(1000))


def test_a_missing_tensor_is_named(tmp_path: Path) -> None:
    file = E5File()
    del file.tensors["l1.fo.w"]
    with pytest.raises(BadFile, match=r"l1\.fo\.w is missing"):
        converted(tmp_path, file)


def test_a_tensor_of_the_wrong_size_is_named(tmp_path: Path) -> None:
    file = E5File()
    kind, elements, data = file.tensors["l0.q.w"]
    file.tensors["l0.q.w"] = (kind, elements, data[:-18])
    with pytest.raises(BadFile, match=r"l0\.q\.w has \d+ bytes"):
        converted(tmp_path, file)


def test_a_file_cut_short_anywhere_is_refused_in_plain_words(tmp_path: Path) -> None:
    whole = E5File().bytes()
    for size in range(0, len(whole), 211):
        with pytest.raises(BadFile, match="cut short or damaged"):
            converted_bytes(tmp_path, whole[:size])


def test_whatever_else_the_bytes_are_the_error_is_the_same_kind(tmp_path: Path) -> None:
    whole = bytearray(E5File().bytes())
    for position in range(4, 1600):
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        try:
            converted_bytes(tmp_path, bytes(damaged))
        except BadFile:
            continue
