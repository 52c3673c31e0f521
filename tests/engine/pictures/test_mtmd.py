"""The eyes of a real, if senseless, model against mtmd's own way of reading a prompt."""

from __future__ import annotations

import ctypes
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.bundle.slice import Slice
from app.engine.backend import Span
from app.engine.llama import LlamaCpp
from app.engine.loading import LoadOptions, load
from app.engine.pictures.options import EyesOptions
from app.engine.pictures.picture import Pixels, Seen
from app.errors import BadFile, PictureRefused
from tests.engine.pictures import seeing_files
from tests.engine.pictures.test_seeing import BLUE, RED
from tests.loaded import libraries

KINDS = ["LLAVA", "QWEN2VL", "GEMMA3"]


def opened(model: Path, eyes: Path, **changed: Any) -> LlamaCpp:
    small = {"context_tokens": 512, "sequences": 2, "batch_tokens": 64, "micro_batch_tokens": 64}
    chosen = EyesOptions(eyes, on_gpu=False)
    options = LoadOptions(*libraries(), threads=1, eyes=chosen, **small | changed)
    return load(Slice.whole(model), options, lambda _: None)


def logits(llama: LlamaCpp, row: int) -> list[float]:
    pointer = llama._lib.llama_get_logits_ith(llama._context, row)
    return list(pointer[: llama.facts.vocabulary])


def ours(llama: LlamaCpp, seen: Seen) -> list[float]:
    """What a prompt leads to, piece by piece."""
    assert llama.eyes
    position, row = 0, -1
    for start, end, picture in pieces(seen):
        if picture is None:
            span = Span(0, position, seen.tokens[start:end], int(end == len(seen.tokens)))
            (row,) = llama.decode([span])
        else:
            llama.eyes.show(0, position, picture, llama.eyes.encode(picture))
        position = end
    return logits(llama, row)


def pieces(seen: Seen) -> list[tuple[int, int, Any]]:
    found: list[tuple[int, int, Any]] = []
    start = 0
    for picture in seen.pictures:
        found += [(start, picture.start, None)] if start < picture.start else []
        found.append((picture.start, picture.end, picture))
        start = picture.end
    return [*found, (start, len(seen.tokens), None)]


def theirs(llama: LlamaCpp, seen: Seen) -> list[float]:
    """What mtmd makes of the same chunks in the other sequence."""
    assert llama.eyes
    mtmd = llama.eyes._mtmd
    chunks = seen.pictures[0].content._owner.pointer  # type: ignore[attr-defined]
    after = ctypes.c_int32()
    context = llama.eyes._context, llama._context
    status = mtmd.mtmd_helper_eval_chunks(*context, chunks, 0, 1, 64, True, ctypes.byref(after))
    assert status == 0
    assert after.value == len(seen.tokens)
    return logits(llama, -1)


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_are_placed_as_mtmd_places_them(kind: str, tmp_path: Path) -> None:
    llama = opened(*seeing_files.write(tmp_path, getattr(seeing_files, kind)))
    assert llama.eyes
    seen = llama.eyes.read(["First ", RED, " and then ", BLUE, " what is it?"], begin=True)
    assert seen.tokens[0] == 1  # <s>
    assert ours(llama, seen) == pytest.approx(theirs(llama, seen), abs=1e-4)
    llama.close()


def test_a_prompt_of_text_has_the_tokens_that_it_has_anyway(tmp_path: Path) -> None:
    llama = opened(*seeing_files.write(tmp_path, seeing_files.LLAVA))
    assert llama.eyes
    text = "Hello <|vision_start|> you, 你好"
    assert llama.eyes.read([text], begin=True).tokens == llama.tokenize(text, True, True)
    llama.close()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"clip.projector_type": "crystal-ball"}, "unknown projector type"),
        ({"clip.vision.block_count": 3}, "unable to find tensor"),
    ],
)
def test_eyes_that_do_not_fit_are_refused_in_plain_words(
    changed: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    model, eyes = seeing_files.write(tmp_path, seeing_files.LLAVA)
    seeing_files.write_eyes(eyes, seeing_files.LLAVA, **changed)
    with pytest.raises(BadFile, match=rf"mmproj\.gguf cannot be loaded.*{reason}"):
        opened(model, eyes)


def test_the_eyes_of_another_model_are_refused(tmp_path: Path) -> None:
    model, eyes = seeing_files.write(tmp_path, seeing_files.LLAVA)
    narrow = {"mm.2.weight": (seeing_files.HIDDEN, 32), "mm.2.bias": (32,)}
    other = replace(seeing_files.LLAVA, eye=seeing_files.LLAVA.eye | narrow)
    seeing_files.write_eyes(eyes, other)
    with pytest.raises(BadFile, match="mismatch between text model"):
        opened(model, eyes)


def test_a_file_that_is_no_projector_is_refused(tmp_path: Path) -> None:
    model, eyes = seeing_files.write(tmp_path, seeing_files.LLAVA)
    for content in (b"", b"no eyes at all " * 99, model.read_bytes()):
        eyes.write_bytes(content)
        with pytest.raises(BadFile, match=r"mmproj\.gguf cannot be loaded"):
            opened(model, eyes)


def test_a_picture_larger_than_what_is_read_at_once_is_refused(tmp_path: Path) -> None:
    llama = opened(*seeing_files.write(tmp_path, seeing_files.GEMMA3), micro_batch_tokens=2)
    assert llama.eyes
    with pytest.raises(PictureRefused, match="--ubatch-size is 2"):
        llama.eyes.read([RED, "?"], begin=True)
    llama.close()


def test_the_same_picture_in_another_size_is_another_one() -> None:
    data = bytes(60)
    assert Pixels(4, 5, data).key != Pixels(5, 4, data).key == Pixels(5, 4, bytes(60)).key
