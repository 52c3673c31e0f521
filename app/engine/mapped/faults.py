"""Survives the loss of a file that is computed with where it lies.

Where such a file is cut short, or its disk is gone, the kernel answers the next access with SIGBUS,
which ends a program without a word. On Linux a handler puts empty memory there instead, so that the
step under way ends; what it computed is thrown away, because the file is marked as lost.
"""

from __future__ import annotations

import ctypes
import logging
import mmap
import os
import signal
import sys
from pathlib import Path
from typing import NamedTuple, Protocol

from app.language import Text
from app.notices import say

UNREADABLE = Text(
    "{path} was cut short or cannot be read any more while it is in use. The assistant ends; start "
    "it again when the file is whole.",
    "{path} 在使用过程中被截断或无法再读取。助手即将退出，请在文件恢复完整后重新启动。",
)
STATUS = 1

log = logging.getLogger(__name__)

SA_SIGINFO = 4
PROT_READ = 1
MAP_PRIVATE_FIXED_ANONYMOUS = 0x02 | 0x10 | 0x20
FAILED = ctypes.c_void_p(-1).value


class Watched(Protocol):
    """A file whose loss is survived."""

    is_lost: bool

    def is_at(self, path: str, inode: int, device: int) -> bool:
        """Whether it is the file of a mapping."""


class Mapping(NamedTuple):
    """A file, or a part of one, in this process's memory: from `start` to before `end`."""

    start: int
    end: int
    device: int
    inode: int
    path: str


class _SignalInfo(ctypes.Structure):
    """Source: Linux, siginfo_t, of a fault."""

    _fields_ = [
        ("number", ctypes.c_int),
        ("error", ctypes.c_int),
        ("code", ctypes.c_int),
        ("_", ctypes.c_int),
        ("address", ctypes.c_void_p),
    ]


_Handler = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.POINTER(_SignalInfo), ctypes.c_void_p)


class _Action(ctypes.Structure):
    """Source: Linux on 64 bits, glibc and musl, struct sigaction."""

    _fields_ = [
        ("handler", _Handler),
        ("mask", ctypes.c_uint8 * 128),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_void_p),
    ]


_watched: list[Watched] = []
_empty: list[tuple[int, int]] = []  # where empty memory was put
_installed: list[object] = []  # what C calls must live as long as the process


def watch(file: Watched) -> None:
    """Survive the loss of this file from now on, where the system lets us."""
    if sys.platform == "linux" and sys.maxsize > 2**32 and not _installed:
        _install()
    _watched.append(file)


def forget(file: Watched) -> None:
    """Watch it no more. Repeatable."""
    if file in _watched:
        _watched.remove(file)


def mapping_at(address: int) -> Mapping | None:
    """What lies there; None: no file. Source: proc(5), /proc/pid/maps."""
    for line in Path("/proc/self/maps").read_text("utf-8", "surrogateescape").splitlines():
        span, _, _, device, inode, *path = line.split(maxsplit=5)
        start, end = (int(each, 16) for each in span.split("-"))
        if start <= address < end and path:
            major, minor = (int(each, 16) for each in device.split(":"))
            name = path[0].removesuffix(" (deleted)")
            return Mapping(start, end, os.makedev(major, minor), int(inode), name)
    return None


def _install() -> None:
    action = _Action(handler=_Handler(_on_fault), flags=SA_SIGINFO)
    _installed.append(action)
    ctypes.CDLL(None).sigaction(int(signal.SIGBUS), ctypes.byref(action), None)


def _on_fault(_number: int, info: ctypes._Pointer[_SignalInfo], _context: object) -> None:
    """Runs in the thread that had the fault, in the middle of a computation that holds no lock."""
    path = "?"
    try:
        address = info.contents.address
        mapping = mapping_at(address)
        if mapping is None and any(start <= address < end for start, end in _empty):
            return  # another thread, which had the same fault, was quicker
        if mapping is not None:
            path = mapping.path
            if _survived(address, mapping):
                return
    except BaseException:  # nothing may run through C, and back to the same fault
        log.exception("a fault")
    say(UNREADABLE.filled(path=path))
    os._exit(STATUS)


def _survived(address: int, mapping: Mapping) -> bool:
    for file in _watched:
        if file.is_at(mapping.path, mapping.inode, mapping.device):
            file.is_lost = True
            return _emptied(address - address % mmap.PAGESIZE, mapping.end)
    return False


def _emptied(start: int, end: int) -> bool:
    """Put empty memory there."""
    place = ctypes.CDLL(None).mmap
    place.restype = ctypes.c_void_p
    where, size, at = ctypes.c_void_p(start), ctypes.c_size_t(end - start), ctypes.c_long(0)
    _empty.append((start, end))  # first: other threads may be looking already
    found = place(where, size, PROT_READ, MAP_PRIVATE_FIXED_ANONYMOUS, -1, at)
    return bool(found != FAILED)
