"""The recognizer as its callers see it: samples in, words out, one request after the other.

It is a child process that every start of work begins anew when it is gone: so a crash costs one
request, and its memory is given back when nobody has spoken for a while. It runs at a lower
priority than the chat engine, which has the cores first wherever both want them.
"""

from __future__ import annotations

import heapq
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from itertools import count
from typing import IO, Any

from app.errors import Cancelled, SpeechFailed
from app.language import Text
from app.speech.transcript import Heard, Segment, Wanted, Word

FAILED = Text(
    "Speech recognition stopped working on this recording: {reason}. Try again.",
    "语音识别在处理这段录音时意外中止：{reason}。请重试。",
)
ENDING = Text("The assistant is ending.", "助手正在退出。")
NO_ANSWER = "it ended without an answer"
PATIENCE_S = 300.0  # for the words of half a minute, on a slow processor that has other work
IDLE_S = 600.0

LIVE, FILE = 0, 1
"""Whose turn comes first: someone who is speaking, before a file."""


class Turns:
    """One at a time: lower ranks first, equal ones in the order in which they came."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[tuple[int, int]] = []
        self._numbers = count()
        self._taken = False

    @property
    def waiting(self) -> int:
        """How many wait for theirs."""
        return len(self._waiting)

    @contextmanager
    def turn(self, rank: int) -> Iterator[None]:
        """Wait for it, and have it."""
        with self._changed:
            ticket = (rank, next(self._numbers))
            heapq.heappush(self._waiting, ticket)
            self._changed.wait_for(lambda: not self._taken and self._waiting[0] == ticket)
            heapq.heappop(self._waiting)
            self._taken = True
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()


class Recognizer:
    """Every method may be called from any thread."""

    def __init__(self, command: Callable[[], Sequence[str]], idle_s: float = IDLE_S) -> None:
        self._command = command
        self._idle_s = idle_s
        self._turns = Turns()
        self._child: _Child | None = None
        self._used = 0.0
        self._ending = threading.Event()
        self._watch: threading.Thread | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether it takes memory just now."""
        return self._child is not None

    def voice(self, samples: bytes, rank: int = FILE) -> list[float]:
        """For each 512 samples, how likely there is speech in them.

        Raises: SpeechFailed, Cancelled.
        """
        answer = self._asked({"do": "voice"}, samples, rank)
        return [float(likelihood) for likelihood in answer["likelihoods"]]

    def hear(self, samples: bytes, wanted: Wanted, rank: int = FILE) -> Heard:
        """The words in at most 30 seconds of sound. Raises: SpeechFailed, Cancelled."""
        answer = self._asked({"do": "hear", **asdict(wanted)}, samples, rank)
        return Heard(answer["language"], tuple(map(_segment, answer["segments"])))

    def close(self) -> None:
        """End the child, and whoever waits for it."""
        self._ending.set()
        if self._child is not None:
            self._child.kill()
        with self._turns.turn(LIVE):
            self._end()

    def _asked(self, head: dict[str, Any], samples: bytes, rank: int) -> dict[str, Any]:
        with self._turns.turn(rank):
            try:
                answer = self._running().ask(head, samples)
            except _Died as death:
                self._end()
                if self._ending.is_set():
                    raise Cancelled(ENDING) from None
                raise SpeechFailed(FAILED.filled(reason=str(death))) from None
            finally:
                self._used = time.monotonic()
        if "failure" in answer:
            raise SpeechFailed(FAILED.filled(reason=answer["failure"]))
        return answer

    def _running(self) -> _Child:
        if self._ending.is_set():
            raise Cancelled(ENDING)
        if self._child is None:
            self._child = _Child(self._command())
            self._watch = threading.Thread(target=self._end_when_idle, daemon=True)
            self._watch.start()
        return self._child

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _end_when_idle(self) -> None:
        child = self._child
        while not self._ending.wait(self._idle_s / 10):
            with self._turns.turn(FILE):
                if self._child is not child:
                    return
                if time.monotonic() - self._used > self._idle_s:
                    self._end()
                    return


class _Died(Exception):
    pass


class _Child:
    """Raises: _Died, where it gives no answer."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [*command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C is the parent's to handle. Not a session of its own: between sessions Linux
            # shares the cores out evenly, however nice one of them is (sched(7), "autogroup").
            process_group=0 if os.name == "posix" else None,
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )
        self._requests, self._answers = _pipes(self._process)
        try:
            self._answer()  # it says that it is ready
        except _Died:
            self.kill()
            raise

    def ask(self, head: dict[str, Any], samples: bytes) -> dict[str, Any]:
        """Its answer to a request."""
        told = json.dumps({**head, "samples": len(samples) // 2}).encode()
        try:
            self._requests.write(b"%d\n" % len(told) + told + samples[: len(samples) // 2 * 2])
            self._requests.flush()
        except OSError:
            raise _Died(NO_ANSWER) from None
        return self._answer()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._requests, self._answers):
            with suppress(OSError):
                pipe.close()

    def _answer(self) -> dict[str, Any]:
        late = threading.Timer(PATIENCE_S, self._process.kill)
        late.daemon = True
        late.start()
        try:
            line = self._answers.readline()
            return dict(json.loads(line))
        except (OSError, ValueError):
            raise _Died(NO_ANSWER) from None
        finally:
            late.cancel()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _segment(told: dict[str, Any]) -> Segment:
    words = tuple(Word(**word) for word in told.pop("words"))
    return Segment(**{**told, "tokens": tuple(told["tokens"])}, words=words)
