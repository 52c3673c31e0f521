from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bundle.parts import parts
from app.bundle.slice import Slice
from app.engine.engine import Engine
from app.engine.loading import LoadOptions, load
from app.engine.processor.proof import best_variant
from app.errors import AssistantError
from tests import requirements


@pytest.fixture(scope="session")
def options() -> LoadOptions:
    """The compiled llama.cpp of this environment, with its best variant for this processor."""
    try:
        found = parts()
    except AssistantError as error:
        requirements.missing(str(error))
    choice = best_variant(found.libraries, None, found.build)
    return LoadOptions(found.libraries, choice.library, threads=1, context_tokens=4096, sequences=8)


@pytest.fixture(scope="session")
def engine(model_path: Path, options: LoadOptions) -> Iterator[Engine]:
    """An engine with the small real model and eight slots, ready."""
    running = Engine(lambda report: load(Slice.whole(model_path), options, report))
    assert running.wait_ready(120)
    yield running
    running.close()
