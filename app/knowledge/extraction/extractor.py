"""Extraction as its callers see it: a file in, blocks and a report out, whatever the file does."""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.knowledge.block import Block
from app.knowledge.extraction.child import OUT_OF_MEMORY
from app.knowledge.extraction.protocol import Message, Unbelievable, decoded
from app.knowledge.extraction.requests import SENDS_FILES, ask, ask_by_path
from app.knowledge.report import Problem, Reason, Report

POLL_S = 0.2
FILES_PER_CHILD = 500  # then a fresh one: native libraries leak

KeepRecording = Callable[[int, bytes], None]
"""Takes the next bytes of a recording inside a file, and which one it is, from 0."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost."""

    file_bytes: int = 2 << 30
    memory_bytes: int = 4 << 30
    silent_s: float = 120.0  # from one page to the next
    total_s: float = 3600.0
    blocks: int = 2_000_000


@dataclass(frozen=True, slots=True)
class Extraction:
    """A document that was read, as far as it could be."""

    blocks: list[Block]
    report: Report


class Extractor:
    """Reads one file at a time in a child process, which is started anew when a file ends it."""

    def __init__(self, command: Sequence[str], limits: Limits | None = None) -> None:
        self._command = [*command]
        self._limits = limits or Limits()
        self._child: _Child | None = None
        self._lock = threading.Lock()

    def extract(
        self,
        path: Path,
        name: str,
        on_page: Callable[[int, int], None] = lambda *_: None,
        cancelled: Callable[[], bool] = lambda: False,
        keep: KeepRecording = lambda *_: None,
    ) -> Extraction:
        """The blocks of a file. `cancelled` is asked several times a second.

        `keep` gets the recordings inside the file, for which blocks stand in their places.
        """
        size = path.stat().st_size
        if size > self._limits.file_bytes:
            limit = f"{self._limits.file_bytes >> 20} MiB"
            return Extraction([], Report("unknown", problems=(Problem("too-large", limit),)))
        with self._lock:
            try:
                return self._asked(path, name, on_page, cancelled, keep)
            except BaseException:
                self._end()  # it is in the middle of an answer
                raise

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._end()

    def _asked(
        self,
        path: Path,
        name: str,
        on_page: Callable[[int, int], None],
        cancelled: Callable[[], bool],
        keep: KeepRecording,
    ) -> Extraction:
        if self._child is None or self._child.files >= FILES_PER_CHILD or not self._child.alive:
            self._end()
            self._child = _Child(self._command)
        child = self._child
        child.ask(path, name)
        blocks: list[Block] = []
        problem: Problem | None = None
        began = heard = time.monotonic()
        while problem is None:
            try:
                message = child.answers.get(timeout=POLL_S)
            except queue.Empty:
                problem = self._overdue(heard, began)
                if cancelled():
                    problem = Problem("crashed", "cancelled")
                continue
            heard = time.monotonic()
            if message is None:
                problem = Problem(child.cause_of_death())
                continue
            blocks += message.blocks
            if message.report is not None:
                return Extraction(blocks, message.report)
            if message.page is not None:
                on_page(*message.page)
            if message.recording is not None:
                keep(*message.recording)
            if len(blocks) > self._limits.blocks:
                problem = Problem("too-large", f"{self._limits.blocks} blocks")
            elif cancelled():
                problem = Problem("crashed", "cancelled")
        self._end()
        return Extraction(blocks, _partial(blocks, problem))

    def _overdue(self, heard: float, began: float) -> Problem | None:
        now = time.monotonic()
        for since, limit in ((heard, self._limits.silent_s), (began, self._limits.total_s)):
            if now - since > limit:
                return Problem("too-slow", f"{limit:g}")
        return None

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None


def _partial(blocks: list[Block], problem: Problem) -> Report:
    """What was read before a file stopped its reader can be found all the same."""
    return Report(
        "unknown",
        pages=len({block.page for block in blocks if block.page}),
        characters=sum(len(block.text) for block in blocks if block.is_read),
        problems=(problem,),
    )


class _Child:
    """One child process and the thread that listens to it."""

    def __init__(self, command: list[str]) -> None:
        self.files = 0
        self.answers: queue.Queue[Message | None] = queue.Queue(100)
        self._channel: socket.socket | None = None
        theirs: socket.socket | None = None
        if SENDS_FILES:
            self._channel, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            command,
            stdin=theirs.fileno() if theirs else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C is the parent's to handle. Not a session of its own: between sessions Linux
            # shares the cores out evenly, however nice one of them is (sched(7), "autogroup").
            process_group=0 if os.name == "posix" else None,
        )
        if theirs is not None:
            theirs.close()
        self._listener = threading.Thread(target=self._listen, name="extraction", daemon=True)
        self._listener.start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, path: Path, name: str) -> None:
        self.files += 1
        with contextlib.suppress(OSError):  # a dead child is noticed by its silence
            if self._channel is not None:
                ask(self._channel, path, name)
            elif self._process.stdin is not None:
                ask_by_path(self._process.stdin, path, name)

    def cause_of_death(self) -> Reason:
        status = self._process.wait(timeout=10)
        return "memory" if status == OUT_OF_MEMORY else "crashed"

    def kill(self) -> None:
        self._process.kill()
        while self._listener.is_alive():  # it may wait for room in the queue
            with contextlib.suppress(queue.Empty):
                self.answers.get(timeout=0.05)
        self._process.wait()
        for pipe in (self._channel, self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            for line in self._process.stdout:
                self.answers.put(decoded(line))
        except (Unbelievable, ValueError, OSError):
            self._process.kill()  # what it says is no longer to be believed
        self.answers.put(None)
