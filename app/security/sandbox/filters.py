"""Which system calls a process may make from now on: seccomp with a filter of its own.

A filter is a small program that the kernel runs before each call. Source: seccomp(2),
Documentation/userspace-api/seccomp_filter.rst.
"""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Iterable, Sequence

from app.security.sandbox import system
from app.security.sandbox.calls import ARCHITECTURES, Architecture

PR_SET_SECCOMP, MODE_FILTER = 22, 2
ALLOW, FAIL, KILL = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, EQUALS, AT_LEAST, HAS_BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # where they lie; all of ours are little-endian
FOREIGN_NUMBERS = 0x40000000  # of x86-64's other set of calls
CLONE_THREAD = 0x10000

REFUSED = FAIL | errno.EPERM
UNKNOWN = FAIL | errno.ENOSYS

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, value


class _Instruction(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    ]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("first", ctypes.POINTER(_Instruction))]


class UnknownProcessor(OSError):
    """There is no table of system calls for this kind of processor."""


def refuse(names: Iterable[str], processes: bool) -> None:
    """Have these calls fail from now on, in this thread and all that it starts.

    `processes`: whether it may still start processes; threads it always may. Raises: OSError.
    """
    architecture = ARCHITECTURES.get(system.machine())
    if architecture is None:
        raise UnknownProcessor(errno.ENOSYS, f"no filter for {system.machine()}")
    found = program(architecture, names, processes)
    instructions = (_Instruction * len(found))(*(_Instruction(*each) for each in found))
    whole = _Program(len(found), instructions)
    system.no_new_privileges()
    system.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(whole))


def program(
    architecture: Architecture, names: Iterable[str], processes: bool
) -> Sequence[Instruction]:
    """The filter: everything is allowed but these calls."""
    numbers = architecture.numbers
    found: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUALS, 1, 0, architecture.code),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
    ]
    if architecture.has_foreign_numbers:
        found += [(AT_LEAST, 0, 1, FOREIGN_NUMBERS), (RETURN, 0, 0, REFUSED)]
    for name in names:
        if name in numbers:
            found += [(EQUALS, 0, 1, numbers[name]), (RETURN, 0, 0, REFUSED)]
    if not processes:
        found += _threads_only(numbers)
    return [*found, (RETURN, 0, 0, ALLOW)]


def _threads_only(numbers: dict[str, int]) -> list[Instruction]:
    found: list[Instruction] = []
    for name in ("fork", "vfork"):
        if name in numbers:
            found += [(EQUALS, 0, 1, numbers[name]), (RETURN, 0, 0, REFUSED)]
    # What clone3 is asked for lies in memory, where no filter sees it: without it, the C library
    # takes clone.
    found += [(EQUALS, 0, 1, numbers["clone3"]), (RETURN, 0, 0, UNKNOWN)]
    return [
        *found,
        (EQUALS, 0, 4, numbers["clone"]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (HAS_BITS, 1, 0, CLONE_THREAD),
        (RETURN, 0, 0, REFUSED),
        (RETURN, 0, 0, ALLOW),
    ]
