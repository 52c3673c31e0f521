"""The program as the child that reads files, with the recognition of text in pictures."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from app.assembly.children import be_nice, confined, sole_output
from app.bundle import bootloader, packages
from app.bundle.parts import recognition
from app.security.sandbox import Reach
from app.security.sandbox.limits import more_time

if TYPE_CHECKING:
    from PIL import Image

    from app.knowledge.extraction.reading import Recognize
    from app.vision.ocr import Recognizer

NICE = 10
"""Reading may wait for the chat."""


def main(arguments: Sequence[str]) -> int:
    """The hidden verb: THREADS; requests come on standard input. Returns the exit status."""
    bootloader.die_with_parent()
    be_nice(NICE)
    packages.activate()
    # What is read comes as an open file: there is none that it could open by itself.
    (threads,) = confined(arguments, lambda _: Reach())
    from app.knowledge.extraction.child import serve
    from app.knowledge.extraction.extractor import Limits

    limits = Limits()
    answers = os.fdopen(sole_output(sys.stdout.fileno()), "wb")
    return serve(
        limits.memory_bytes,
        recognize(int(threads)),
        answers=answers,
        before_each=lambda: more_time(int(limits.total_s)),
    )


def recognize(threads: int) -> Recognize | None:
    """What finds text in pictures, loaded with the first; None where there are no models for it."""
    models = recognition()
    if models is None:
        return None

    @cache
    def recognizer() -> Recognizer:
        from app.vision.ocr import Models, Recognizer

        return Recognizer(Models(*(bytes(model.mapped()) for model in models)), threads)

    def lines(picture: Image.Image) -> list[str]:
        from app.vision.pictures import upright

        return recognizer().text(upright(picture).image)

    return lines
