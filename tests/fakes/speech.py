"""Hearing without a model: its two children are scripts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.speech.hearing import Hearing
from app.speech.recognizer import Recognizer

HERE = Path(__file__).parent
DECODER = [sys.executable, str(HERE / "decoder.py")]
LISTENER = [sys.executable, str(HERE / "listener.py")]


@contextmanager
def scripted_hearing() -> Iterator[Hearing]:
    """Hearing that ends afterwards."""
    hearing = Hearing(DECODER, Recognizer(lambda: LISTENER))
    try:
        yield hearing
    finally:
        hearing.close()
