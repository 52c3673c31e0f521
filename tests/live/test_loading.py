from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.bundle.slice import Slice
from app.engine.backend import Span
from app.engine.loading import LoadOptions, load
from app.engine.request import Generation, Sampling
from app.errors import BadFile, Cancelled
from app.language import Text

pytestmark = pytest.mark.live


def ignore(progress: float) -> None:
    """Nobody watches this load."""


def test_a_model_inside_a_bigger_file_is_mapped_and_answers(
    model_path: Path, options: LoadOptions, tmp_path: Path
) -> None:
    path = tmp_path / "bigger"
    with path.open("wb") as file:
        file.write(os.urandom(3 * 4096))
        file.write(model_path.read_bytes())
        file.write(os.urandom(5000))
    llama = load(Slice(path, 3 * 4096, model_path.stat().st_size), options, ignore)
    prompt = llama.tokenize("1, 2, 3, 4,", special=False, begin=True)
    (row,) = llama.decode([Span(0, 0, prompt, sampled=True)])
    sampler = llama.sampler(Generation(prompt, sampling=Sampling(temperature=0)))
    assert llama.piece(sampler.sample(row)).strip() in (b"", b"5")
    sampler.close()
    llama.close()
    if sys.platform == "linux":
        assert str(path) in Path("/proc/self/maps").read_text()


def test_loading_reports_its_progress(model_path: Path, options: LoadOptions) -> None:
    seen: list[float] = []
    load(Slice.whole(model_path), options, seen.append).close()
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_load_can_be_ended(model_path: Path, options: LoadOptions) -> None:
    def leave(progress: float) -> None:
        raise Cancelled(Text("enough", "够了"))

    with pytest.raises(Cancelled):
        load(Slice.whole(model_path), options, leave)


def test_numpy_and_the_packages_own_engine_stay_out(options: LoadOptions, model_path: Path) -> None:
    load(Slice.whole(model_path), options, ignore).close()
    assert "llama_cpp.llama_cpp" in sys.modules
    assert "llama_cpp.llama" not in sys.modules


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "failed to read magic"),
        (b"No model at all. " * 100, "invalid magic"),
        (b"GGUF\x03\x00\x00\x00" + b"\xff" * 1000, "number of tensors"),
    ],
)
def test_a_file_that_is_no_model_is_refused_in_plain_words(
    content: bytes, reason: str, options: LoadOptions, tmp_path: Path
) -> None:
    path = tmp_path / "odd.gguf"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=rf"odd\.gguf cannot be loaded.*{reason}"):
        load(Slice.whole(path), options, ignore)


def test_half_a_model_is_refused(model_path: Path, options: LoadOptions, tmp_path: Path) -> None:
    path = tmp_path / "half.gguf"
    path.write_bytes(model_path.read_bytes()[: model_path.stat().st_size // 2])
    with pytest.raises(BadFile, match="corrupted or incomplete"):
        load(Slice.whole(path), options, ignore)


def test_a_context_that_no_memory_holds_is_refused(model_path: Path, options: LoadOptions) -> None:
    with pytest.raises(BadFile, match="smaller --ctx-size"):
        load(Slice.whole(model_path), replace(options, context_tokens=10**9), ignore)


def test_a_processor_library_that_is_missing_is_named(
    model_path: Path, options: LoadOptions, tmp_path: Path
) -> None:
    with pytest.raises(BadFile, match="libggml-cpu-none"):
        load(
            Slice.whole(model_path),
            replace(options, cpu_library=tmp_path / "libggml-cpu-none.so"),
            ignore,
        )
