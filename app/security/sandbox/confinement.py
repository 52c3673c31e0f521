"""Puts up every wall that this system has, and says of each whether it stands."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.language import Text
from app.security.sandbox import calls, filters, landlock, limits, namespaces, places
from app.security.sandbox.landlock import (
    ABSTRACT_SOCKETS,
    BIND_TCP,
    CONNECT_TCP,
    EXECUTE,
    MAKE_DEVICES,
    MOVES_SINCE,
    READ,
    READ_FILE,
    SIGNALS,
    WRITE,
    WRITE_FILE,
    Handled,
    Rule,
)
from app.security.sandbox.walls import Wall

TITLES = {
    "limits": Text("memory and time", "内存和时间"),
    "network": Text("no network (namespace)", "无网络（命名空间）"),
    "files": Text("files (Landlock)", "文件（Landlock）"),
    "calls": Text("system calls (seccomp)", "系统调用（seccomp）"),
}

TOO_OLD = "the kernel's Landlock cannot tell moving a file from removing it"
NOT_LINUX = "this system has nothing of the kind that is used here"


@dataclass(frozen=True, slots=True)
class Reach:
    """What a child is left with, besides the program itself: files or folders, and memory."""

    read: Sequence[Path] = ()
    write: Sequence[Path] = ()
    memory_bytes: int | None = None
    cpu_s: int | None = None


def confine_child(reach: Reach) -> list[Wall]:
    """From now on this process reads what it was given, and computes: nothing else.

    To be called before it has a second thread. Nothing here ever fails: a wall that does not
    stand is told.
    """
    names = (*calls.OF_THE_SYSTEM, *calls.OF_THE_NETWORK, *calls.OF_PROCESSES)
    return [
        _built("limits", lambda: limits.limit(reach.memory_bytes, reach.cpu_s)),
        _built("network", _on_linux(namespaces.leave)),
        _built("files", _on_linux(lambda: _only_reach(reach))),
        _built("calls", _on_linux(lambda: filters.refuse(names, processes=False))),
    ]


def confine_server(writable: Sequence[Path]) -> list[Wall]:
    """From now on this process writes below these folders, and starts no program but itself.

    It may read what its user may: the owner names files and folders by their paths. To be called
    before it has a second thread. Nothing here ever fails: a wall that does not stand is told.
    """
    return [
        _built("files", _on_linux(lambda: _only_own(writable))),
        _built(
            "calls",
            _on_linux(lambda: filters.refuse(calls.OF_THE_SYSTEM, processes=True)),
        ),
    ]


def _only_reach(reach: Reach) -> None:
    rules = [Rule(path, READ) for path in (*places.of_program(), *reach.read)]
    rules += [Rule(path, READ | (WRITE & ~MAKE_DEVICES)) for path in reach.write]
    rules += [Rule(places.NOWHERE, READ_FILE | WRITE_FILE)]
    landlock.restrict(
        Handled(EXECUTE | READ | WRITE, BIND_TCP | CONNECT_TCP, ABSTRACT_SOCKETS | SIGNALS), rules
    )


def _only_own(writable: Sequence[Path]) -> None:
    if landlock.version() < MOVES_SINCE:
        raise OSError(TOO_OLD)
    folders = (*writable, *places.of_passing_files())
    landlock.restrict(
        Handled(EXECUTE | WRITE, scopes=SIGNALS),
        [
            *(Rule(path, EXECUTE) for path in places.that_start()),
            *(Rule(path, WRITE & ~MAKE_DEVICES) for path in folders),
            *(Rule(path, WRITE & ~MAKE_DEVICES) for path in places.of_devices()),
        ],
    )


def _on_linux(build: Callable[[], object]) -> Callable[[], object]:
    def only_there() -> object:
        if sys.platform != "linux":
            raise OSError(NOT_LINUX)
        return build()

    return only_there


def _built(name: str, build: Callable[[], object]) -> Wall:
    try:
        build()
    except (OSError, AttributeError, ValueError, ImportError) as error:
        return Wall(name, TITLES[name], getattr(error, "strerror", None) or str(error))
    return Wall(name, TITLES[name])
