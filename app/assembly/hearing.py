"""What listens, and the program as the two children that it needs for that."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.assembly.children import be_nice, confined, own_command, sole_output
from app.assembly.engines import variant
from app.bundle import bootloader, packages
from app.bundle.parts import Parts
from app.bundle.slice import Slice
from app.errors import BadSettings
from app.language import Text
from app.security.sandbox import Reach
from app.settings import Settings

if TYPE_CHECKING:
    from app.speech.hearing import Hearing

# How the program calls itself; not for people.
DECODE, RECOGNIZE = "decode-sound", "recognize-speech"
NICE = 10
"""Of the cores that the chat wants too, recognition of a file then gets a tenth."""

NOT_READ = Text(
    "{path} is no speech model of whisper.cpp's format that can be read (--whisper-model).",
    "{path} 不是可读取的 whisper.cpp 格式语音模型（--whisper-model）。",
)
MAGIC = b"lmgg"  # of whisper.cpp's files


@contextmanager
def hearing(settings: Settings, found: Parts) -> Iterator[Hearing | None]:
    """What listens, if there is a model for it; it ends afterwards. Raises: BadSettings."""
    model, voice = whisper_of(settings, found), found.voice_activity
    if model is None or voice is None:
        yield None
        return
    from app.speech.hearing import Hearing
    from app.speech.recognizer import Recognizer

    def command() -> list[str]:
        places = [_place(model), _place(voice)]
        libraries = [str(found.libraries), str(variant(settings, found).library)]
        told = json.dumps([*places, *libraries, settings.threads])
        return own_command(RECOGNIZE, told, sandbox=settings.sandbox)

    listening = Hearing(own_command(DECODE, sandbox=settings.sandbox), Recognizer(command))
    try:
        yield listening
    finally:
        listening.close()


def whisper_of(settings: Settings, found: Parts) -> Slice | None:
    """The speech model: one that is named, or the one inside. Raises: BadSettings."""
    named = settings.whisper_model
    if named is None:
        return found.speech
    try:
        with named.open("rb") as file:
            if file.read(len(MAGIC)) == MAGIC:
                return Slice.whole(named)
    except OSError:
        pass
    raise BadSettings(NOT_READ.filled(path=named))


def decode(arguments: Sequence[str]) -> int:
    """The hidden verb: FILE ROOM SECONDS; samples on standard output, words on the other."""
    bootloader.die_with_parent()
    be_nice(NICE)
    packages.activate()
    file, room, most_s = confined(
        arguments, lambda told: Reach(read=[Path(told[0])], write=[Path(told[1])])
    )
    samples = os.fdopen(sole_output(sys.stdout.fileno()), "wb")
    words = os.fdopen(sole_output(sys.stderr.fileno()), "w", encoding="utf-8")
    from app.speech.media.child import serve

    with samples, words:
        return serve(Path(file), Path(room), float(most_s), samples, words)


def recognize(arguments: Sequence[str]) -> int:
    """The hidden verb: a list of what `hearing` knows; requests come on standard input."""
    bootloader.die_with_parent()
    packages.activate()
    (told,) = confined(arguments, _reach)
    weights, voice, libraries, cpu_library, threads = json.loads(told)
    answers = os.fdopen(sole_output(sys.stdout.fileno()), "w", encoding="utf-8")
    from app.engine.native import native

    # Opened first, they are those that whisper.cpp then finds: one ggml serves both.
    native(Path(libraries), Path(cpu_library))
    from app.speech.recognition.child import serve

    with sys.stdin.buffer as requests:
        mapped = _slice(weights).mapped()
        detector, nice = bytes(_slice(voice).mapped()), partial(be_nice, NICE)
        return serve(mapped, detector, threads, requests, answers, nice)


def _reach(arguments: Sequence[str]) -> Reach:
    weights, voice, libraries, cpu_library, _ = json.loads(arguments[0])
    files = (weights[0], voice[0], cpu_library)
    return Reach(read=[*map(Path, files), Path(libraries)])


def _place(part: Slice) -> tuple[str, int, int]:
    return str(part.path.resolve()), part.offset, part.size


def _slice(place: tuple[str, int, int]) -> Slice:
    path, offset, size = place
    return Slice(Path(path), offset, size)
