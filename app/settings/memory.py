"""How much memory this machine has, and how much of it this process may still take."""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes; `available` None where the system does not tell."""

    total: int
    available: int | None


def memory() -> Memory:
    """What the system says, less what a cgroup forbids."""
    if sys.platform == "linux":
        found = linux_memory()
    elif sys.platform == "win32":
        found = _windows_memory()
    else:
        found = Memory(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), None)
    return found


def linux_memory(root: Path = Path("/")) -> Memory:
    """Source: Linux, proc(5), meminfo; cgroup-v2.rst, memory.max and memory.current."""
    meminfo = dict(
        line.split(":", 1) for line in (root / "proc/meminfo").read_text().splitlines() if line
    )
    total, available = (int(meminfo[key].split()[0]) * 1024 for key in ("MemTotal", "MemAvailable"))
    for limit, used in _cgroup_memory(root):
        if limit < total:
            total, available = limit, min(available, max(0, limit - used))
    return Memory(total, available)


def _cgroup_memory(root: Path) -> list[tuple[int, int]]:
    """(limit, used) of each cgroup above this process that has a limit."""
    found = []
    for line in (root / "proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "memory":
            base, names = root / "sys/fs/cgroup/memory", ("limit_in_bytes", "usage_in_bytes")
        elif not controllers:
            base, names = root / "sys/fs/cgroup", ("max", "current")
        else:
            continue
        folder = base / path.lstrip("/")
        for each in (folder, *folder.parents):
            if each.is_relative_to(base) and (pair := _numbers(each, names)):
                found.append(pair)
    return found


def _numbers(folder: Path, names: tuple[str, str]) -> tuple[int, int] | None:
    try:
        limit, used = ((folder / f"memory.{name}").read_text().strip() for name in names)
    except OSError:
        return None
    return (int(limit), int(used)) if limit.isdigit() else None


def _windows_memory() -> Memory:
    status = _MemoryStatus()
    status.length = ctypes.sizeof(status)
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    kernel.GlobalMemoryStatusEx(ctypes.byref(status))
    return Memory(status.total, status.available)


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        ("total", ctypes.c_uint64),
        ("available", ctypes.c_uint64),
        ("page_file", ctypes.c_uint64 * 2),
        ("virtual", ctypes.c_uint64 * 3),
    )
