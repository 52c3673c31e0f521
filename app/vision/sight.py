"""Sight as its callers see it: a picture in, its text or its pixels out, whatever the picture does.

It runs in a child process, which a picture can crash or hold up without harm, and which gives its
memory back when nothing was looked at for a while.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Literal

from app.errors import Cancelled, PictureRefused, VisionFailed, of_system
from app.language import Text
from app.lasting import started
from app.vision.recent import Recent
from app.vision.seen import Seen, SeenLine, Shown

IDLE_S = 600.0
PATIENCE_S = 120.0
REMEMBERED = 64  # pictures whose text is known
SHOWN_BYTES = 64 << 20  # of pixels that are known
MOST_BYTES = 128 << 20

Word = Literal["read", "show"]

REFUSED = {
    "not-a-picture": Text(
        "This is not a picture that can be read. Send JPEG, HEIC, PNG, WebP, AVIF, GIF, BMP or "
        "TIFF.",
        "这不是可以读取的图片。请发送 JPEG、HEIC、PNG、WebP、AVIF、GIF、BMP 或 TIFF。",
    ),
    "heic": Text(
        "HEIC pictures cannot be read here. Save it as JPEG and send that; iPhones do so under "
        "Settings › Camera › Formats › Most Compatible.",
        "这里无法读取 HEIC 图片。请另存为 JPEG 后再发送；iPhone 可在“设置 › 相机 › 格式”中"
        "选择“兼容性最佳”。",
    ),
    "damaged-heic": Text(
        "This HEIC picture cannot be read: it is damaged, or of a kind that is not known here. "
        "Save it as JPEG and send that.",
        "无法读取这张 HEIC 图片：文件已损坏，或属于这里不支持的类型。请另存为 JPEG 后再发送。",
    ),
    "too-many-pixels": Text(
        "This picture is too large: at most 64 megapixels can be read. Send a smaller one.",
        "图片过大：最多可读取 6400 万像素。请发送较小的图片。",
    ),
}
TOO_MANY_BYTES = Text(
    "This picture is too large: at most {most} MB can be read. Send a smaller one.",
    "图片过大：最多可读取 {most} MB。请发送较小的图片。",
)
GAVE_UP = Text(
    "This picture cannot be read: reading it takes too long or too much memory, or it is damaged. "
    "Save it again, smaller or in another format, and send that.",
    "无法读取这张图片：读取耗时过长、占用内存过多，或图片已损坏。请缩小或换一种格式另存后再发送。",
)
FAILED = Text(
    "Text recognition does not work: {reason}. Start the assistant again.",
    "文字识别无法工作：{reason}。请重新启动助手。",
)
NOT_STARTED = "its process did not start"
ENDING = Text("The assistant is ending.", "助手正在退出。")


class Sight:
    """Reads one picture at a time; every method may be called from any thread."""

    def __init__(
        self, command: Sequence[str], patience_s: float = PATIENCE_S, idle_s: float = IDLE_S
    ) -> None:
        self._command = [*command]
        self._patience_s = patience_s
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._idle: threading.Timer | None = None
        self._known: Recent[Seen] = Recent(REMEMBERED, lambda _: 1)
        self._shown: Recent[Shown] = Recent(SHOWN_BYTES, lambda shown: len(shown.rgb))
        self._closed = False

    @property
    def is_loaded(self) -> bool:
        """Whether it takes memory just now."""
        return self._child is not None

    def read(self, picture: bytes) -> Seen:
        """The text of a picture. Raises: PictureRefused, VisionFailed, Cancelled."""
        check_size(len(picture))
        with self._lock:
            return self._known.of(picture, lambda file: _seen(self._asked("read", file)[0]))

    def show(self, picture: bytes) -> Shown:
        """What a picture looks like, not larger than models look at.

        Raises: PictureRefused, VisionFailed, Cancelled.
        """
        check_size(len(picture))
        with self._lock:
            return self._shown.of(picture, lambda file: _shown(*self._asked("show", file)))

    def close(self) -> None:
        """End the child, and whoever waits for it."""
        self._closed = True
        if (child := self._child) is not None:
            child.kill()
        with self._lock:
            self._end()

    def _asked(self, word: Word, picture: bytes) -> tuple[dict[str, Any], bytes]:
        if self._idle is not None:
            self._idle.cancel()
        try:
            return self._running().ask(word, picture)
        except _Died:
            self._end()
            if self._closed:
                raise Cancelled(ENDING) from None
            raise PictureRefused(GAVE_UP) from None
        finally:
            self._idle = threading.Timer(self._idle_s, self._end_when_idle)
            self._idle.daemon = True
            self._idle.start()

    def _running(self) -> _Child:
        if self._closed:
            raise Cancelled(ENDING)
        if self._child is None:
            try:
                self._child = _Child(self._command, self._patience_s)
            except (_Died, OSError) as error:
                raise of_system(error) or VisionFailed(FAILED.filled(reason=NOT_STARTED)) from None
        return self._child

    def _end_when_idle(self) -> None:
        if self._lock.acquire(blocking=False):  # else it is not idle
            try:
                self._end()
                self._shown.clear()
            finally:
                self._lock.release()

    def _end(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        if self._child is not None:
            self._child.end()
            self._child = None


class _Died(Exception):
    pass


class _Child:
    """Raises: _Died, where it gives no answer."""

    def __init__(self, command: list[str], patience_s: float) -> None:
        self._patience_s = patience_s
        self._process = started(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C is the parent's to handle. Not a session of its own: between sessions Linux
            # shares the cores out evenly, however nice one of them is (sched(7), "autogroup").
            process_group=0 if os.name == "posix" else None,
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )
        try:
            self._answer()  # it says that it is ready
        except _Died:
            self.end()
            raise

    def ask(self, word: Word, picture: bytes) -> tuple[dict[str, Any], bytes]:
        """Its answer to a picture, and the pixels behind it."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(b"%s %d\n" % (word.encode(), len(picture)))
            self._process.stdin.write(picture)
            self._process.stdin.flush()
        except OSError:
            raise _Died from None
        return self._answer()

    def kill(self) -> None:
        """It ends at once; whoever waits for its answer gets none."""
        self._process.kill()

    def end(self) -> None:
        """Kill it, and clear away what is left."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _answer(self) -> tuple[dict[str, Any], bytes]:
        assert self._process.stdout is not None
        late = threading.Timer(self._patience_s, self._process.kill)
        late.daemon = True
        late.start()
        try:
            told = dict(json.loads(self._process.stdout.readline()))
            size = told.get("pixels", 0)
            if len(pixels := self._process.stdout.read(size)) < size:
                raise _Died
            return told, pixels
        except (OSError, ValueError):
            raise _Died from None
        finally:
            late.cancel()


def check_size(size: int) -> None:
    """Raises: PictureRefused, for a file of more bytes than are read."""
    if size > MOST_BYTES:
        raise PictureRefused(TOO_MANY_BYTES.filled(most=MOST_BYTES >> 20))


def _check(told: dict[str, Any]) -> None:
    """Raises: PictureRefused, VisionFailed."""
    if (reason := told.get("refused")) is not None:
        raise PictureRefused(REFUSED[reason])
    if (failed := told.get("failed")) is not None:
        raise VisionFailed(FAILED.filled(reason=failed))


def _shown(told: dict[str, Any], pixels: bytes) -> Shown:
    """Raises: PictureRefused, VisionFailed."""
    _check(told)
    return Shown(told["width"], told["height"], pixels)


def _seen(told: dict[str, Any]) -> Seen:
    """Raises: PictureRefused, VisionFailed."""
    _check(told)
    lines = tuple(
        SeenLine(each["text"], tuple((x, y) for x, y in each["box"]), each["confidence"])
        for each in told["lines"]
    )
    return Seen(told["width"], told["height"], told["text"], lines)
