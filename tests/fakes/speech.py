"""Hearing and speaking without models: their children are scripts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.language import Text
from app.speech.hearing import Hearing
from app.speech.recognizer import Recognizer
from app.speech.speaking import Speaking
from app.speech.voices import HEART, Voice, Voices

HERE = Path(__file__).parent
DECODER = [sys.executable, str(HERE / "decoder.py")]
LISTENER = [sys.executable, str(HERE / "listener.py")]
TALKER = [sys.executable, str(HERE / "talker.py")]
EMMA = Voice("emma", "en", Text("Emma", "Emma"))


@contextmanager
def scripted_hearing() -> Iterator[Hearing]:
    """Hearing that ends afterwards."""
    hearing = Hearing(DECODER, Recognizer(lambda: LISTENER))
    try:
        yield hearing
    finally:
        hearing.close()


@contextmanager
def scripted_speaking() -> Iterator[Speaking]:
    """Speaking that ends afterwards."""
    speaking = Speaking(lambda: TALKER, Voices([HEART, EMMA]))
    try:
        yield speaking
    finally:
        speaking.close()
