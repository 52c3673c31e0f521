"""A file's sound as samples: decoded by a child process, since anyone may send any file."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from app.errors import SoundRefused, SpeechFailed, of_system
from app.language import Text

RATE = 16_000
SAMPLE_BYTES = 2
FRAME_BYTES = 512 * SAMPLE_BYTES  # of the voice detector
BLOCK_FRAMES = 900
BLOCK_BYTES = BLOCK_FRAMES * FRAME_BYTES
LONGEST_S = 24 * 3600.0
PATIENCE_S = 120.0  # for one block of sound

NOT_SOUND = Text(
    "No sound can be read from this file ({detail}). Send a recording as wav, mp3, m4a, aac, ogg, "
    "opus, flac, webm, mkv, mp4 or mov.",
    "无法从这个文件中读取声音（{detail}）。请发送 wav、mp3、m4a、aac、ogg、opus、flac、webm、mkv、"
    "mp4 或 mov 格式的录音。",
)
FOREIGN = Text(
    "The sound in this file is {detail}, which is not read here. Let the recorder write m4a, mp3 "
    "or wav, or convert it (ffmpeg -i FILE recording.m4a), and send that.",
    "这个文件中的声音是 {detail} 格式，无法读取。请让录音程序改用 m4a、mp3 或 wav 格式，或先转换"
    "（ffmpeg -i 文件 recording.m4a），再发送。",
)
TOO_LONG = Text(
    "The recording is longer than {hours:g} hours. Cut it into parts.",
    "录音超过了 {hours:g} 小时，请分段发送。",
)
NOT_STARTED = Text(
    "The decoder of recordings does not start: {reason}. Try again.",
    "录音解码程序无法启动：{reason}。请重试。",
)
CRASHED = Text("it stopped the decoder", "解码程序意外中止")


class Sound:
    """Blocks of 16-bit samples, 16 kHz, one channel; to be used in a `with` statement.

    Each block but the last has BLOCK_BYTES. `seconds`: the whole length, as far as the file
    tells it. Raises, when entered or read: SoundRefused, SpeechFailed.
    """

    def __init__(self, command: Sequence[str], file: Path, longest_s: float = LONGEST_S) -> None:
        self._command = [*command]
        self._file = file
        self._longest_s = longest_s
        self.seconds = 0.0

    def __enter__(self) -> Sound:
        self._room = tempfile.TemporaryDirectory(prefix="sound-")
        try:
            self._child = subprocess.Popen(
                [*self._command, str(self._file), self._room.name, str(self._longest_s)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                process_group=0 if os.name == "posix" else None,  # Ctrl-C is the parent's to handle
            )
        except OSError as error:
            self._room.cleanup()
            failed = SpeechFailed(NOT_STARTED.filled(reason=error.strerror or error))
            raise of_system(error) or failed from error
        try:
            with self._patience():
                self.seconds = float(self._told()["seconds"])
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self._end()

    def __iter__(self) -> Iterator[bytes]:
        assert self._child.stdout is not None
        while True:
            with self._patience():
                block = self._child.stdout.read(BLOCK_BYTES)
            if block:
                yield block
            if len(block) < BLOCK_BYTES:
                break
        self._check_end()

    def _told(self) -> dict[str, Any]:
        """What the child says next. Raises: SoundRefused, if that is what is wrong."""
        assert self._child.stderr is not None
        try:
            told = json.loads(self._child.stderr.readline() or "{}")
        except ValueError:
            told = {}
        if told.get("problem") == "too-long":
            raise SoundRefused(TOO_LONG.filled(hours=self._longest_s / 3600), "file")
        if told.get("problem") == "foreign":
            raise SoundRefused(FOREIGN.filled(detail=told["detail"]), "file")
        if "seconds" not in told:
            detail = told.get("detail")
            words = Text(detail, detail) if detail else CRASHED
            raise SoundRefused(
                Text(NOT_SOUND.en.format(detail=words.en), NOT_SOUND.zh.format(detail=words.zh)),
                "file",
            )
        return dict(told)

    def _check_end(self) -> None:
        """A file that broke off its decoding is told, not taken for a shorter one."""
        assert self._child.stderr is not None
        if self._child.wait() != 0 or self._child.stderr.peek(1):  # type: ignore[attr-defined]
            self._told()

    @contextlib.contextmanager
    def _patience(self) -> Iterator[None]:
        late = threading.Timer(PATIENCE_S, self._child.kill)
        late.daemon = True
        late.start()
        try:
            yield
        finally:
            late.cancel()

    def _end(self) -> None:
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdout, self._child.stderr):
            if pipe is not None:
                pipe.close()
        self._room.cleanup()
