"""glibc's allocator, told to give back what is free: by itself it keeps it, in many places."""

from __future__ import annotations

import contextlib
import ctypes
import sys

# Source: malloc.h; mallopt(3).
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
MIB = 2**20


def keep_flat() -> None:
    """Call this before the first thread starts; elsewhere than on glibc it does nothing.

    Each of dozens of threads would get an arena of its own, which keeps what its largest request
    took; and what was freed once, however large, would no longer go back when it is freed again.
    """
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_ARENA_MAX, 2)
        # A prefix that moves to the host's memory is larger; what each token takes is smaller.
        mallopt(_MMAP_THRESHOLD, 4 * MIB)
        mallopt(_TRIM_THRESHOLD, 16 * MIB)
