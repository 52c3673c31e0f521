"""What every process of ours needs to read, and what the server needs to write."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/nix/store", "/gnu/store"),
    *("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo", "/usr/share/fonts"),
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system"),
    *("/sys/fs/cgroup", "/dev/urandom", "/dev/random", "/dev/zero"),
)
NOWHERE = Path("/dev/null")
LOADERS = ("/lib*/ld-linux*.so.*", "/lib/ld-musl-*.so.*", "/usr/lib*/ld-linux*.so.*")
"""The programs that load programs."""

CARDS = ("/dev/dri", "/dev/kfd", "/dev/nvidia*", "/dev/dxg")
TERMINALS = ("/dev/tty", "/dev/pts", "/dev/null", "/dev/zero", "/dev/full", "/dev/shm")
CARD_CACHES = (".nv", ".cache/nvidia", ".cache/mesa_shader_cache*", ".cache/radv_builtin_shaders*")


def _found(pattern: str) -> Iterator[Path]:
    return Path("/").glob(pattern.lstrip("/"))


def of_program() -> Iterator[Path]:
    """Where this program and its libraries lie."""
    yield Path(sys.executable)
    for place in SYSTEM:
        yield Path(place)
    if unpacked := getattr(sys, "_MEIPASS", None):
        yield Path(unpacked)
    else:
        yield from (Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).parent)
    yield from (Path(entry) for entry in sys.path if entry)


def that_start() -> Iterator[Path]:
    """The only programs that it starts: itself, by way of the system's loader."""
    yield Path(sys.executable)
    for pattern in LOADERS:
        yield from _found(pattern)


def of_devices() -> Iterator[Path]:
    """Devices that are written to: graphics cards and terminals."""
    for pattern in (*CARDS, *TERMINALS):
        yield from _found(pattern)


def of_passing_files() -> Iterator[Path]:
    """Folders for what does not last, and for what drivers of graphics cards compile."""
    yield Path(tempfile.gettempdir())
    if unpacked := getattr(sys, "_MEIPASS", None):
        yield Path(unpacked).parent
    home = os.environ.get("HOME")
    for pattern in CARD_CACHES if home else ():
        yield from _found(f"{home}/{pattern}")
