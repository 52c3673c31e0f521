from __future__ import annotations

import subprocess
import sys

import pytest

from app.engine.allocator import keep_flat

# Threads that take and give back much, one after another, each while the others still live.
THREADS = """
import ctypes, threading
from pathlib import Path
from app.engine.allocator import keep_flat
if {flat}:
    keep_flat()
def anonymous():
    fields = dict(line.split(":") for line in Path("/proc/self/smaps_rollup").open() if ":" in line)
    return int(fields["Pss_Anon"].split()[0]) // 1024
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
over, done = threading.Event(), threading.Semaphore(0)
def work():
    taken = [libc.malloc(100_000) for _ in range(200)]
    for each in taken:
        ctypes.memset(each, 1, 100_000)
    kept = libc.malloc(64)  # at the end of the arena
    for each in taken:
        libc.free(each)
    done.release()
    over.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
before = anonymous()
for thread in threads:
    thread.start()
    done.acquire()
print(anonymous() - before)
over.set()
"""


def grown(flat: bool) -> int:
    """By how many MB memory grew, in a process of its own."""
    code = THREADS.format(flat=flat)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(ended.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_threads_leave_no_memory_behind() -> None:
    assert grown(flat=True) < 60 < grown(flat=False)


def test_it_does_nothing_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    keep_flat()
