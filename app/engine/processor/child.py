"""Runs work that may crash in a child process, and tells how that ended."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

Tell = Callable[[str], object]
Work = Callable[[Sequence[str], Tell], int]  # tells what it is about to do; returns a status


@dataclass(frozen=True, slots=True)
class End:
    """How a child ended: its exit status (None: it took too long) and the last thing it told.

    A status that is a signal is negative, as in `subprocess`.
    """

    status: int | None
    last: str


def run(work: Work, verb: str, arguments: Sequence[str], timeout_s: float) -> End:
    """Does `work` in a fork, or in another process of this program called with the hidden `verb`.

    A fork is quicker, but copies one thread only: what others hold locked stays locked in it.
    Raises: OSError where the system allows no further process.
    """
    if hasattr(os, "fork") and threading.active_count() == 1:
        return _forked(work, arguments, timeout_s)
    return _started(verb, arguments, timeout_s)


def serve(work: Work, arguments: Sequence[str]) -> int:
    """Does `work` in this process, which `run` started; tells on standard output."""
    _crash_quietly()
    return work(arguments, lambda line: print(line, flush=True))


def _forked(work: Work, arguments: Sequence[str], timeout_s: float) -> End:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _work_in_fork(work, arguments, writing)
    os.close(writing)
    output, ended = _read_all(reading, timeout_s)
    if not ended:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return End(status if ended else None, _last_line(output))


def _work_in_fork(work: Work, arguments: Sequence[str], writing: int) -> NoReturn:
    status = 1
    try:
        _crash_quietly()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        status = work(arguments, lambda line: os.write(writing, f"{line}\n".encode()))
    finally:
        os._exit(status)


def _started(verb: str, arguments: Sequence[str], timeout_s: float) -> End:
    frozen = getattr(sys, "frozen", False)
    program = [sys.executable] if frozen else [sys.executable, "-m", "app"]
    try:
        done = subprocess.run(
            [*program, verb, *arguments],
            cwd=None if frozen else Path(__file__).parents[3],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return End(None, _last_line(late.stdout or b""))
    return End(done.returncode, _last_line(done.stdout))


def _crash_quietly() -> None:
    """No traceback, no core file, no dialog: a crash here is an answer, not an accident."""
    faulthandler.disable()
    os.environ["GGML_NO_BACKTRACE"] = "1"
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetErrorMode(0x3)  # SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        not_dumpable = (4, 0)  # PR_SET_DUMPABLE: a core_pattern that is a program ignores limits
        ctypes.CDLL(None).prctl(*not_dumpable)


def _read_all(reading: int, timeout_s: float) -> tuple[bytes, bool]:
    """What comes through a pipe until it closes, and whether that was in time."""
    deadline = time.monotonic() + timeout_s
    output = b""
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            block = pipe.read(4096)
            if not block:
                return output, True
            output += block
    return output, False


def _last_line(output: bytes) -> str:
    lines = output.decode(errors="replace").splitlines()
    return lines[-1] if lines else "starting"
