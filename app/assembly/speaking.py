"""What speaks, and the program as the child that it needs for that."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app.assembly.children import confined, own_command, sole_output
from app.bundle import bootloader, packages
from app.bundle.parts import Parts
from app.errors import AssistantError, BadSettings
from app.language import Text
from app.security.sandbox import Reach
from app.settings import Settings

if TYPE_CHECKING:
    from app.speech.speaking import Speaking
    from app.speech.voices import Voices

SPEAK = "speak-sentences"  # how the program calls itself; not for people
FOLDER = "voices"
SPOKE = "spoke"  # a file of the data folder

NO_VOICES = Text(
    "There are no voices in the folder {path} (--voices).",
    "文件夹 {path} 中没有声音文件（--voices）。",
)


@contextmanager
def speaking(
    settings: Settings, found: Parts, ready: Callable[[], object] | None = None
) -> Iterator[Speaking | None]:
    """What speaks, if that is inside; it ends afterwards.

    Where someone had something said before, it begins by itself once `ready` returns, so that the
    first words are heard at once.
    Raises: BadSettings.
    """
    voices = voices_of(settings, found)
    if voices is None:
        yield None
        return
    from app.speech.speaking import Speaking

    files = {voice.name: str(voice.file.resolve()) for voice in voices.known if voice.file}
    spoke = settings.data / SPOKE if settings.data else None
    voice = Speaking(
        lambda: own_command(SPEAK, json.dumps(files), sandbox=settings.sandbox),
        voices,
        on_use=lambda: _note(spoke),
    )
    if ready is not None and spoke is not None and spoke.exists():
        threading.Thread(target=_warm_after, args=(ready, voice), daemon=True).start()
    try:
        yield voice
    finally:
        voice.close()


def _note(file: Path | None) -> None:
    if file is not None:
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()


def _warm_after(ready: Callable[[], object], voice: Speaking) -> None:
    with suppress(AssistantError):
        ready()
        voice.warm()


def voices_of(settings: Settings, found: Parts) -> Voices | None:
    """Those that are inside and those of the user's, if that part is there. Raises: BadSettings."""
    if not _is_inside(found):
        return None
    from app.speech.voices import HEART, Voices, in_folder

    others = in_folder(settings.voices or (settings.data and settings.data / FOLDER))
    if settings.voices and not others:
        raise BadSettings(NO_VOICES.filled(path=settings.voices))
    return Voices([HEART, *others])


def main(arguments: Sequence[str]) -> int:
    """The hidden verb: the files of further voices, by name. Returns the exit status.

    It is not nice to others: it is brief, and somebody is listening.
    """
    bootloader.die_with_parent()
    packages.activate()
    (files,) = confined(arguments, _reach)
    answers = os.fdopen(sole_output(sys.stdout.fileno()), "wb")
    from app.speech.synthesis.child import serve
    from app.speech.synthesis.english import English

    with sys.stdin.buffer as requests, answers:
        return serve(English(json.loads(files)), requests, answers)


def _reach(arguments: Sequence[str]) -> Reach:
    return Reach(read=[Path(file) for file in json.loads(arguments[0]).values()])


def _is_inside(found: Parts) -> bool:
    """Its packages are those of documents, or installed beside the source."""
    if getattr(sys, "frozen", False):
        return any(entry.kind == packages.KIND for entry in found.entries)
    return importlib.util.find_spec("hibari") is not None
