"""`assistant speak`: a text becomes a file of speech."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from app.assembly.speaking import speaking
from app.bundle.parts import parts
from app.cli.loading import preparing
from app.cli.piped import piped_text
from app.cli.terminal import Terminal
from app.cli.verbs import Start
from app.errors import BadSettings, SwitchedOff
from app.language import Text
from app.speech import languages
from app.speech.aloud.reader import sentences
from app.speech.formats import FORMATS, Format
from app.speech.speaking import Speaking, Speech
from app.speech.voices import Voice

SAYING = Text("Speaking", "正在朗读")
DONE = Text("{path}: {seconds} s of speech by {voice}", "{path}：{seconds} 秒，声音 {voice}")
WHAT = Text(
    'Say what is to be spoken: assistant speak "Good morning." -o out.wav, or pipe a text in.',
    '请给出要朗读的文字：assistant speak "Good morning." -o out.wav，也可以通过管道输入。',
)
WHERE = Text(
    "Name the file to write: -o out.wav. Without it, sound goes to a pipe or a file only.",
    "请指定要写入的文件：-o out.wav。不指定时，声音只能输出到管道或文件。",
)
NO_SUCH_FORMAT = Text(
    "{path}: the file's name must end in one of {endings}.",
    "{path}：文件名应以 {endings} 之一结尾。",
)
NOT_WRITTEN = Text("{path} cannot be written: {reason}.", "无法写入 {path}：{reason}。")
NO_VOICE = Text("There is no voice inside this file.", "本文件中没有语音合成功能。")
ENDINGS: dict[str, Format] = {**{f".{form}": form for form in FORMATS}, ".ogg": "opus"}
QUIET_S = 1.0  # what takes longer shows a bar


def run(start: Start) -> int:
    """Raises: BadSettings; BadRequest, SpeechFailed; SwitchedOff."""
    text = " ".join(start.words) or piped_text()
    if not text.strip():
        raise BadSettings(WHAT)
    path, form = _target(start)
    language = start.own.get("language")
    with preparing(start.terminal):
        found = parts()
    with speaking(start.settings, found) as speaker:
        if speaker is None:
            raise SwitchedOff(NO_VOICE)
        voice = speaker.voices.choose(
            text, start.own.get("voice", ""), languages.code(language) if language else None
        )
        _speak(speaker, text, voice, form, path, start)
    return 0


def _target(start: Start) -> tuple[Path | None, Format]:
    """The file, or None for standard output, and its form. Raises: BadSettings."""
    named: Path | None = start.own.get("output")
    if named is None:
        if start.terminal.out.isatty():
            raise BadSettings(WHERE)
        return None, "wav"
    form = ENDINGS.get(named.suffix.lower())
    if form is None:
        raise BadSettings(NO_SUCH_FORMAT.filled(path=named, endings=", ".join(ENDINGS)))
    return named, form


def _speak(
    speaker: Speaking, text: str, voice: Voice, form: Format, path: Path | None, start: Start
) -> None:
    said = list(sentences(text, voice.language))
    bar = _Bar(start.terminal, len(said))
    made = speaker.say(bar.counted(said), voice, form, start.own.get("speed", 1.0))
    parts = iter(made)
    try:
        first = next(parts)  # what is wrong with a text leaves no file behind
        with _opened(path) as file:
            file.write(first)
            for part in parts:
                file.write(part)
            if path is not None:
                _patch(file, made)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadSettings(NOT_WRITTEN.filled(path=path, reason=reason)) from None
    finally:
        made.close()
        bar.wipe()
    if path is not None:
        seconds = f"{made.seconds:.1f}"
        start.terminal.note(DONE.filled(path=path, seconds=seconds, voice=voice.name))


@contextmanager
def _opened(path: Path | None) -> Iterator[BinaryIO]:
    """The file under its name only once it is whole."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    partial = path.with_name(f"{path.name}.partial")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _patch(file: BinaryIO, made: Speech) -> None:
    for at, data in made.patches:
        file.seek(at, os.SEEK_SET)
        file.write(data)


class _Bar:
    """Moves where a person watches for longer than a moment."""

    def __init__(self, terminal: Terminal, count: int) -> None:
        self._terminal = terminal
        self._count = count
        self._began = time.monotonic()

    def counted(self, said: list[str]) -> Iterator[str]:
        for number, sentence in enumerate(said):
            if self._terminal.is_watched and time.monotonic() - self._began > QUIET_S:
                self._terminal.bar(SAYING, number / self._count)
            yield sentence

    def wipe(self) -> None:
        if self._terminal.is_watched:
            self._terminal.wipe()
