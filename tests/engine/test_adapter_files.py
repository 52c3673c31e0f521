"""LoRA adapters in the tiny model."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bundle.slice import Slice
from app.engine.adapters import AdapterFile
from app.engine.llama import LlamaCpp
from app.engine.prefixes.prefix import Adapters
from app.engine.request import Generation, Sampling
from app.errors import BadFile
from tests.fakes.adapter import write_adapter
from tests.loaded import generate, loaded

pytestmark = pytest.mark.live

MATRIX, SHAPE = "blk.0.ffn_down.weight", (1536, 576)


def answer(llama: LlamaCpp, adapters: Adapters) -> list[int]:
    prompt = llama.tokenize("The capital of France is", special=True, begin=True)
    llama.use(adapters)
    return generate(llama, Generation(prompt, 8, Sampling(temperature=0)))


def test_an_adapter_changes_the_answer_by_its_scale_and_goes_again(
    model_path: Path, tmp_path: Path
) -> None:
    path = write_adapter(tmp_path / "lora.gguf", MATRIX, SHAPE, size=1.0)
    # As it would lie in a larger file, too.
    inside = write_adapter(tmp_path / "large.bin", MATRIX, SHAPE, size=1.0, before=bytes(4096))
    files = (
        AdapterFile(Slice.whole(path), 0.5),
        AdapterFile(Slice(inside, 4096, inside.stat().st_size - 4096)),
    )
    with loaded(model_path) as llama:
        plain = answer(llama, ())
    with loaded(model_path, adapters=files) as llama:
        assert [(each.scale, each.task_name) for each in llama.facts.adapters] == [
            (0.5, "testing"),
            (1.0, "testing"),
        ]
        assert answer(llama, ()) == plain
        changed = answer(llama, ((0, 1.0),))
        assert changed != plain
        assert answer(llama, ((1, 1.0),)) == changed
        assert answer(llama, ((0, 1e-6),)) == plain
        assert answer(llama, ()) == plain


def test_what_is_no_adapter_of_this_model_is_refused_by_name(
    model_path: Path, tmp_path: Path
) -> None:
    foreign = write_adapter(tmp_path / "bert.gguf", MATRIX, SHAPE, 1, architecture="bert")
    narrow = write_adapter(tmp_path / "narrow.gguf", MATRIX, (64, 64), 1)
    elsewhere = write_adapter(tmp_path / "elsewhere.gguf", "blk.999.x.weight", SHAPE, 1)
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(write_adapter(tmp_path / "whole.gguf", MATRIX, SHAPE, 1).read_bytes()[:-4096])
    junk = tmp_path / "junk.gguf"
    junk.write_bytes(b"not an adapter at all")
    for path in (foreign, narrow, elsewhere, cut, junk, model_path, tmp_path / "none.gguf"):
        source = Slice(path, 0, path.stat().st_size if path.exists() else 1)
        with (
            pytest.raises(BadFile, match=path.name),
            loaded(model_path, adapters=(AdapterFile(source),)),
        ):
            pass
