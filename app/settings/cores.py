"""How many physical cores this process may use: siblings, affinity and cgroup limits counted."""

from __future__ import annotations

import ctypes
import math
import os
import sys
from collections.abc import Iterable
from pathlib import Path


def physical_cores() -> int:
    """At least 1. Two threads on one core only wait for one another in matrix products."""
    if sys.platform == "linux":
        cores = linux_cores(os.sched_getaffinity(0))
    elif sys.platform == "darwin":
        cores = _mac_cores()
    elif sys.platform == "win32":
        cores = _windows_cores()
    else:
        cores = 0
    return cores or os.cpu_count() or 1


def linux_cores(allowed: Iterable[int], root: Path = Path("/")) -> int:
    """Distinct cores among the `allowed` processors, no more than the cgroup's share of time.

    Source: Linux, Documentation/admin-guide/cputopology.rst and cgroup-v2.rst.
    """
    devices = root / "sys/devices"
    # Hybrid processors: the slow cores would hold the fast ones up in every matrix product.
    fast = _cpu_list(_content(devices / "cpu_core/cpus"))
    usable = (set(allowed) & fast) or set(allowed)
    siblings = {
        _content(devices / f"system/cpu/cpu{cpu}/topology/thread_siblings_list") or str(cpu)
        for cpu in usable
    }
    return max(1, math.ceil(min(len(siblings), *_cgroup_shares(root))))


def _cpu_list(text: str) -> set[int]:
    cpus: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        cpus.update(range(int(first), int(last or first) + 1))
    return cpus


def _cgroup_shares(root: Path) -> list[float]:
    """Processors' worth of time that each cgroup above this process allows."""
    shares: list[float] = [math.inf]
    for line in _content(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers:
            base, read = root / "sys/fs/cgroup", _share_v2
        elif "cpu" in controllers.split(","):
            base, read = root / "sys/fs/cgroup/cpu", _share_v1
        else:
            continue
        folder = base / path.lstrip("/")
        shares += [read(each) for each in (folder, *folder.parents) if each.is_relative_to(base)]
    return shares


def _share_v2(folder: Path) -> float:
    quota, _, period = _content(folder / "cpu.max").partition(" ")
    return int(quota) / int(period) if quota.isdigit() and period else math.inf


def _share_v1(folder: Path) -> float:
    quota = _content(folder / "cpu.cfs_quota_us")
    period = _content(folder / "cpu.cfs_period_us")
    return int(quota) / int(period) if quota.isdigit() and period.isdigit() else math.inf


def _content(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _mac_cores() -> int:
    """Performance cores where there are two kinds. Source: sysctl(3), hw.perflevel0."""
    system = ctypes.CDLL(None)
    for name in (b"hw.perflevel0.physicalcpu", b"hw.physicalcpu"):
        count, size = ctypes.c_int(0), ctypes.c_size_t(ctypes.sizeof(ctypes.c_int))
        if system.sysctlbyname(name, ctypes.byref(count), ctypes.byref(size), None, 0) == 0:
            return count.value
    return 0


def _windows_cores() -> int:
    """Cores of which this process may use a thread. Source: GetLogicalProcessorInformation."""
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    mask, system = ctypes.c_size_t(0), ctypes.c_size_t(0)
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    process = ctypes.c_void_p(kernel.GetCurrentProcess())
    kernel.GetProcessAffinityMask(process, ctypes.byref(mask), ctypes.byref(system))
    length = ctypes.c_uint32(0)
    kernel.GetLogicalProcessorInformation(None, ctypes.byref(length))
    records = (_LogicalProcessors * (length.value // ctypes.sizeof(_LogicalProcessors)))()
    if not kernel.GetLogicalProcessorInformation(records, ctypes.byref(length)):
        return 0
    return sum(1 for each in records if each.relationship == 0 and each.mask & mask.value)


class _LogicalProcessors(ctypes.Structure):
    """SYSTEM_LOGICAL_PROCESSOR_INFORMATION; relationship 0 is a processor core."""

    _fields_ = (
        ("mask", ctypes.c_size_t),
        ("relationship", ctypes.c_int),
        ("reserved", ctypes.c_uint64 * 2),
    )
