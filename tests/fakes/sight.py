"""Seeing without a model: what a picture says is taken for its text."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.vision.sight import Sight

READER = [sys.executable, str(Path(__file__).parent / "picture_reader.py")]


@contextmanager
def scripted_sight(patience_s: float = 60.0, idle_s: float = 60.0) -> Iterator[Sight]:
    """Sight that ends afterwards."""
    sight = Sight(READER, patience_s, idle_s)
    try:
        yield sight
    finally:
        sight.close()
