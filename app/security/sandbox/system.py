"""System calls that the C library has no name for."""

from __future__ import annotations

import ctypes
import os
import platform
import sys

PR_SET_NO_NEW_PRIVS = 38


def call(number: int, *arguments: object) -> int:
    """One system call; numbers among the arguments are taken as long. Raises: OSError."""
    return _checked(
        _libc().syscall(
            ctypes.c_long(number),
            *(ctypes.c_long(each) if isinstance(each, int) else each for each in arguments),
        )
    )


def prctl(option: int, *arguments: object) -> int:
    """Change something of this thread. Raises: OSError."""
    rest = [*arguments, 0, 0, 0, 0][:4]
    return _checked(
        _libc().prctl(
            option, *(ctypes.c_ulong(each) if isinstance(each, int) else each for each in rest)
        )
    )


def no_new_privileges() -> None:
    """No program that this one starts gets more rights than it has. Raises: OSError."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def machine() -> str:
    """The kind of processor, as the kernel calls it."""
    return platform.machine() if sys.maxsize > 2**32 else "32-bit"


def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(result)
