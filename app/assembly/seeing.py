"""What reads pictures, and the program as the child that it needs for that."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from app.assembly.children import be_nice, confined, own_command, sole_output
from app.bundle import bootloader, packages
from app.bundle.parts import recognition
from app.security.sandbox import Reach
from app.settings import Settings

if TYPE_CHECKING:
    from app.vision.ocr import Recognizer
    from app.vision.sight import Sight

READ_PICTURES = "read-pictures"  # how the program calls itself; not for people
NICE = 5
"""Someone waits for it, but the chat has the cores first."""
MEMORY_BYTES = 3 << 30


@contextmanager
def sight(settings: Settings) -> Iterator[Sight | None]:
    """What reads pictures, if there are models for it; it ends afterwards."""
    if recognition() is None:
        yield None
        return
    from app.vision.sight import Sight

    seeing = Sight(own_command(READ_PICTURES, str(settings.threads), sandbox=settings.sandbox))
    try:
        yield seeing
    finally:
        seeing.close()


def fetched(address: str) -> bytes:
    """A picture from the internet; never from a private network. Raises: SourceRefused."""
    from app.knowledge.sources.web import Web

    return Web().fetch(address).content


def main(arguments: Sequence[str]) -> int:
    """The hidden verb: THREADS; pictures come on standard input. Returns the exit status."""
    bootloader.die_with_parent()
    be_nice(NICE)
    packages.activate()
    (threads,) = confined(arguments, lambda _: Reach(memory_bytes=MEMORY_BYTES))
    answers = os.fdopen(sole_output(sys.stdout.fileno()), "wb")
    models = recognition()
    if models is None:
        return 1
    from app.vision.child import serve

    @cache
    def recognizer() -> Recognizer:
        from app.vision.ocr import Models, Recognizer

        loaded = Models(*(bytes(model.mapped()) for model in models))
        return Recognizer(loaded, int(threads))

    with sys.stdin.buffer as requests:
        return serve(recognizer, requests, answers)
