"""How fast this machine reads its memory: the limit of one stream's decoding."""

from __future__ import annotations

import ctypes
import threading
import time

BUFFER_BYTES = 256 << 20  # far beyond any last-level cache


def read_bandwidth(threads: int) -> float:
    """Bytes per second that `threads` threads read together, best of several passes.

    libc's memchr looks for a byte that is not there: it reads every byte and writes none, and
    ctypes releases the interpreter's lock while it runs.
    """
    buffers = [bytearray(BUFFER_BYTES) for _ in range(threads)]
    return max(_one_pass(buffers) for _ in range(5))


def _one_pass(buffers: list[bytearray]) -> float:
    memchr = ctypes.CDLL(None).memchr
    memchr.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
    addresses = [ctypes.addressof(ctypes.c_char.from_buffer(buffer)) for buffer in buffers]
    readers = [
        threading.Thread(target=memchr, args=(address, 1, BUFFER_BYTES)) for address in addresses
    ]
    started = time.perf_counter()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return len(buffers) * BUFFER_BYTES / (time.perf_counter() - started)
