"""A child process that answers requests, one after the other, while it is needed.

Every start of work begins it anew when it is gone: so a crash costs one request, and its memory is
given back when nobody has asked for a while.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, Any

from app.errors import Cancelled, SpeechFailed, of_system
from app.language import Text
from app.lasting import started
from app.speech.turns import Turns

ENDING = Text("The assistant is ending.", "助手正在退出。")
NO_ANSWER = "it ended without an answer"
PATIENCE_S = 300.0  # for half a minute of sound, on a slow processor that has other work
IDLE_S = 600.0

Answer = tuple[dict[str, Any], bytes]
"""What it says, and the bytes that come with it."""


class Worker:
    """Every method may be called from any thread. `failed`: its failures, with their `reason`."""

    def __init__(
        self, command: Callable[[], Sequence[str]], failed: Text, idle_s: float = IDLE_S
    ) -> None:
        self._command = command
        self._failed = failed
        self._idle_s = idle_s
        self._turns = Turns()
        self._child: _Child | None = None
        self._used = 0.0
        self._ending = threading.Event()

    @property
    def is_loaded(self) -> bool:
        """Whether it takes memory just now."""
        return self._child is not None

    def ask(self, head: dict[str, Any], content: bytes, rank: int) -> Answer:
        """Its answer, when it is this one's turn: lower ranks come first.

        Raises: SpeechFailed, Cancelled.
        """
        with self._turns.turn(rank):
            try:
                answer = self._running().ask(head, content)
            except OSError as error:
                raise of_system(error) or self._failure(error.strerror or str(error)) from error
            except _Died as death:
                self._end()
                if self._ending.is_set():
                    raise Cancelled(ENDING) from None
                raise self._failure(str(death)) from None
            finally:
                self._used = time.monotonic()
        if "failure" in answer[0]:
            raise self._failure(answer[0]["failure"])
        return answer

    def start(self) -> None:
        """Have the child ready before there is something to ask; a failure is told to who asks."""
        with self._turns.turn(0), suppress(_Died, OSError, Cancelled):
            self._running()
            self._used = time.monotonic()

    def close(self) -> None:
        """End the child, and whoever waits for it."""
        self._ending.set()
        if self._child is not None:
            self._child.kill()
        with self._turns.turn(0):
            self._end()

    def _failure(self, reason: str) -> SpeechFailed:
        return SpeechFailed(self._failed.filled(reason=reason))

    def _running(self) -> _Child:
        if self._ending.is_set():
            raise Cancelled(ENDING)
        if self._child is None:
            self._child = _Child(self._command())
            threading.Thread(target=self._end_when_idle, daemon=True).start()
        return self._child

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _end_when_idle(self) -> None:
        child = self._child
        while not self._ending.wait(self._idle_s / 10):
            with self._turns.turn(1):
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
        self._requests, self._answers = _pipes(self._process)
        try:
            self._answer()  # it says that it is ready
        except _Died:
            self.kill()
            raise

    def ask(self, head: dict[str, Any], content: bytes) -> Answer:
        """Its answer to a request: the length of its head as a line, the head, the content."""
        told = json.dumps(head).encode()
        try:
            self._requests.write(b"%d\n" % len(told) + told + content)
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

    def _answer(self) -> Answer:
        """A line, and where it tells of `bytes`, so many."""
        late = threading.Timer(PATIENCE_S, self._process.kill)
        late.daemon = True
        late.start()
        try:
            told = dict(json.loads(self._answers.readline()))
            content = self._answers.read(size := told.get("bytes", 0))
        except (OSError, ValueError):
            raise _Died(NO_ANSWER) from None
        finally:
            late.cancel()
        if len(content) < size:
            raise _Died(NO_ANSWER)
        return told, content


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout
