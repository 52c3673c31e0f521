"""`assistant transcribe`: what is said in a recording, as text or as subtitles."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from app.assembly.hearing import hearing
from app.bundle.parts import parts
from app.cli.loading import preparing
from app.cli.terminal import Terminal
from app.cli.verbs import Start
from app.errors import BadSettings, SwitchedOff
from app.language import Text
from app.speech import languages, subtitles
from app.speech.hearing import Progress, Transcription
from app.speech.transcript import Segment, Task, Wanted

LISTENING = Text("Listening", "正在听写")
WHICH = Text(
    "Name one recording: assistant transcribe interview.mp3",
    "请指定一个录音文件：assistant transcribe interview.mp3",
)
ONE_FORM = Text("Choose one of --srt, --vtt and --json.", "--srt、--vtt 和 --json 只能选一个。")
NO_MODEL = Text(
    "There is no speech model inside this file. Name one: --whisper-model model.bin",
    "本文件中没有语音模型。请指定一个：--whisper-model model.bin",
)
NOT_READ = Text("There is no file {path} that can be read.", "找不到或无法读取文件 {path}。")
FORMS = ("srt", "vtt", "json")


def run(start: Start) -> int:
    """Raises: BadSettings; SoundRefused, SpeechFailed; SwitchedOff."""
    file, form = _file(start), _form(start)
    task: Task = "translate" if start.own.get("translate") else "transcribe"
    language = start.own.get("language")
    code = languages.code(language) if language else None
    traditional = languages.is_traditional(language)
    wanted = Wanted(task, code, words=form == "json", traditional=traditional)
    with preparing(start.terminal):
        found = parts()
    with hearing(start.settings, found) as listening:
        if listening is None:
            raise SwitchedOff(NO_MODEL)
        transcription = listening.transcribe(file, wanted)
        _write(transcription, form, start.terminal)
    return 0


def _file(start: Start) -> Path:
    if len(start.words) != 1:
        raise BadSettings(WHICH)
    path = Path(start.words[0]).expanduser()
    try:
        with path.open("rb"):
            return path
    except OSError:
        raise BadSettings(NOT_READ.filled(path=path)) from None


def _form(start: Start) -> str | None:
    given = [form for form in FORMS if start.own.get(form)]
    if len(given) > 1:
        raise BadSettings(ONE_FORM)
    return given[0] if given else None


def _write(transcription: Transcription, form: str | None, terminal: Terminal) -> None:
    """Plain text is told sentence by sentence, as it is recognized."""
    bar = _Bar(terminal)
    transcription.on_progress = bar.at
    bar.at(Progress(0, 0))
    segments: list[Segment] = []
    try:
        for segment in transcription:
            segments.append(segment)
            if form is None:
                bar.wipe()
                terminal.say(segment.text.strip())
                bar.again()
    finally:
        bar.wipe()
    if form == "srt":
        terminal.say(subtitles.srt(segments).rstrip("\n"))
    elif form == "vtt":
        terminal.say(subtitles.vtt(segments).rstrip("\n"))
    elif form == "json":
        told = {
            "language": transcription.language,
            "duration": round(transcription.seconds, 2),
            "text": "".join(each.text for each in segments).strip(),
            "segments": [asdict(each) for each in segments],
        }
        terminal.say(json.dumps(told, ensure_ascii=False, indent=1))


class _Bar:
    """Moves where a person watches; nothing is shown elsewhere."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._share = 0.0

    def at(self, progress: Progress) -> None:
        self._share = progress.share
        self.again()

    def again(self) -> None:
        if self._terminal.is_watched:
            self._terminal.bar(LISTENING, self._share)

    def wipe(self) -> None:
        if self._terminal.is_watched:
            self._terminal.wipe()
