"""Libraries to try things on: real in everything but the embedding model."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.knowledge.embedding import Embedding
from app.knowledge.library import Library, Options
from tests.fakes.embedding import hashed_embedding

CHILD = "import sys; from app.knowledge.extraction.child import serve; sys.exit(serve(2 << 30))"
READ_IN_CHILD = (sys.executable, "-c", CHILD)
LONG_S = 60.0


def opened(folder: Path, embedding: Embedding | None = None, **options: float) -> Library:
    """A library that works, with hashed words for meanings."""
    library = Library(
        Options(folder, READ_IN_CHILD, **options),  # type: ignore[arg-type]
        embedding or hashed_embedding(),
    )
    library.start()
    return library


def until(true: Callable[[], bool], within_s: float = LONG_S) -> None:
    """Wait until something is so."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)
