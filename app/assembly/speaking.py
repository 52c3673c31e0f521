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
from typing import TYPE_CHECKING, Any

from app.assembly.children import confined, own_command, sole_output
from app.bundle import bootloader, packages, parts
from app.bundle.parts import Parts
from app.bundle.slice import Slice
from app.errors import AssistantError, BadSettings
from app.language import Text
from app.security.sandbox import Reach
from app.settings import Settings
from app.speech.kokoro import Kokoro, Style, with_folder

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
    told = json.dumps([files, _told(kokoro_of(settings))])
    spoke = settings.data / SPOKE if settings.data else None
    voice = Speaking(
        lambda: own_command(SPEAK, told, sandbox=settings.sandbox),
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
    from app.speech.voices import HEART, Voices, in_folder, of_kokoro

    kokoro, folder = kokoro_of(settings), _folder(settings)
    others = in_folder(folder)
    if settings.voices and not others and kokoro == with_folder(_kokoro_inside(), None):
        raise BadSettings(NO_VOICES.filled(path=settings.voices))
    return Voices([HEART, *others, *of_kokoro(kokoro)])


def kokoro_of(settings: Settings) -> Kokoro | None:
    """Kokoro's voices: those that are inside and those of the user's."""
    return with_folder(_kokoro_inside(), _folder(settings))


def _kokoro_inside() -> Kokoro | None:
    model, styles = parts.voices()
    if model is None:
        return None
    return Kokoro(model, {name: Style(file) for name, file in styles.items()})


def _folder(settings: Settings) -> Path | None:
    return settings.voices or (settings.data and settings.data / FOLDER)


def main(arguments: Sequence[str]) -> int:
    """The hidden verb: the files of further voices, by name. Returns the exit status.

    It is not nice to others: it is brief, and somebody is listening.
    """
    bootloader.die_with_parent()
    packages.activate()
    (told,) = confined(arguments, _reach)
    answers = os.fdopen(sole_output(sys.stdout.fileno()), "wb")
    from app.speech.synthesis.child import serve
    from app.speech.synthesis.everyone import Everyone

    files, kokoro = json.loads(told)
    with sys.stdin.buffer as requests, answers:
        return serve(Everyone(files, _kokoro(kokoro)), requests, answers)


def _reach(arguments: Sequence[str]) -> Reach:
    files, told = json.loads(arguments[0])
    kokoro = _kokoro(told)
    slices = [kokoro.model, *(each.file for each in kokoro.styles.values())] if kokoro else []
    return Reach(read=[*map(Path, files.values()), *{each.path for each in slices}])


def _told(kokoro: Kokoro | None) -> object:
    """What the child is told of Kokoro's voices."""
    if kokoro is None:
        return None
    styles = {name: [*_place(each.file), each.member] for name, each in kokoro.styles.items()}
    return [_place(kokoro.model), styles]


def _kokoro(told: Any) -> Kokoro | None:
    if told is None:
        return None
    model, styles = told
    return Kokoro(
        Slice(Path(model[0]), *model[1:]),
        {
            name: Style(Slice(Path(path), offset, size), member)
            for name, (path, offset, size, member) in styles.items()
        },
    )


def _place(part: Slice) -> tuple[str, int, int]:
    return str(part.path.resolve()), part.offset, part.size


def _is_inside(found: Parts) -> bool:
    """Its packages are those of documents, or installed beside the source."""
    if getattr(sys, "frozen", False):
        return any(entry.kind == packages.KIND for entry in found.entries)
    return importlib.util.find_spec("hibari") is not None
