from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bundle.slice import Slice
from app.engine.engine import Engine
from app.engine.loading import LoadOptions, load
from app.engine.pictures.options import EyesOptions
from app.engine.prefixes.prefixes import Caches
from tests.engine.pictures import seeing_files
from tests.loaded import libraries


def seeing_engine(folder: Path, kind: seeing_files.Kind, sequences: int = 2) -> Engine:
    """An engine whose model sees, by the real llama.cpp."""
    model, eyes = seeing_files.write(folder, kind)
    options = LoadOptions(
        *libraries(),
        threads=1,
        context_tokens=1024,
        sequences=sequences,
        batch_tokens=64,
        micro_batch_tokens=64,
        eyes=EyesOptions(eyes, on_gpu=False),
    )
    caches = Caches(folder=folder / "prefixes", slot_folder=folder / "slots")
    engine = Engine(lambda report: load(Slice.whole(model), options, report), caches=caches)
    engine.wait_ready(60)
    return engine


@pytest.fixture(
    scope="module", params=["LLAVA", "QWEN2VL", "GEMMA3"], ids=["plain", "mrope", "noncausal"]
)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One of each way in which models place pictures."""
    kind = getattr(seeing_files, request.param)
    running = seeing_engine(tmp_path_factory.mktemp("seeing"), kind)
    yield running
    running.close()
