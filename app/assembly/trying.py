"""What the sandbox really keeps a child of ours from: tried by one, and told."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.assembly.children import own_command
from app.security.sandbox import Reach, Wall, confine_child, confine_server
from app.security.sandbox.confinement import TITLES

TRY_SANDBOX = "try-sandbox"  # how the program calls itself; not for people
CHILD, SERVER = "child", "server"
TIMEOUT_S = 60.0
NOT_STARTED = "the process that should try it did not answer"
MEMORY_BYTES = 4 << 30


@dataclass(frozen=True, slots=True)
class Tried:
    """The walls of one kind of process, and what was possible inside of them, by name."""

    walls: tuple[Wall, ...]
    possible: dict[str, bool]


def tried(kind: str) -> Tried:
    """What a process of a kind, CHILD or SERVER, has around it on this machine."""
    try:
        done = subprocess.run(
            own_command(TRY_SANDBOX, kind),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
            check=False,
        )
        told = json.loads(done.stdout)
        walls = [Wall(name, TITLES[name], why) for name, why in told["walls"].items()]
        return Tried(tuple(walls), told["possible"])
    except (OSError, ValueError, LookupError, subprocess.SubprocessError):
        names = ("files", "calls")
        return Tried(tuple(Wall(name, TITLES[name], NOT_STARTED) for name in names), {})


def main(arguments: Sequence[str]) -> int:
    """The hidden verb: CHILD or SERVER. Tells its walls, and what it could do all the same."""
    if arguments[0] == SERVER:
        walls, attempts = confine_server([]), {"files": _write, "programs": _run}
    else:
        walls = confine_child(Reach(memory_bytes=MEMORY_BYTES))
        attempts = {"files": _read, "programs": _run, "network": _connect}
    told = {
        "walls": {wall.name: wall.why for wall in walls},
        "possible": {name: _works(attempt) for name, attempt in attempts.items()},
    }
    print(json.dumps(told))
    return 0


def _works(attempt: Callable[[], object]) -> bool:
    if sys.platform != "linux":
        return True
    try:
        attempt()
    except OSError:
        return False
    return True


def _read() -> None:
    next(Path("/").iterdir())


def _write() -> None:
    os.close(os.open("/proc/self/comm", os.O_WRONLY))  # without a sandbox, everyone may


def _run() -> None:
    subprocess.run(["/bin/sh", "-c", "exit"], check=False, timeout=TIMEOUT_S)


def _connect() -> None:
    with socket.socket() as tried_one:
        tried_one.bind(("127.0.0.1", 0))
