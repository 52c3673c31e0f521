"""Which files a process may reach from now on: Landlock.

What is not handled stays allowed; what is handled is allowed below the paths of the rules alone.
Source: landlock(7); Documentation/userspace-api/landlock.rst.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.security.sandbox import system

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # on every kind of processor
ASK_VERSION = 1
RULE_PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REFER, TRUNCATE = 1 << 13, 1 << 14
READ = READ_FILE | READ_DIR
WRITE = WRITE_FILE | TRUNCATE | REFER | 0b1_1111_1111_0000  # and everything that makes or removes
MAKE_DEVICES = 1 << 6 | 1 << 11  # character and block devices
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE

BIND_TCP, CONNECT_TCP = 1 << 0, 1 << 1
ABSTRACT_SOCKETS, SIGNALS = 1 << 0, 1 << 1

MOVES_SINCE, TRUNCATES_SINCE, NETWORK_SINCE, SCOPES_SINCE = 2, 3, 4, 6  # versions


@dataclass(frozen=True, slots=True)
class Rule:
    """What is allowed at a path and below it; a path that is not there allows nothing."""

    path: Path
    access: int


@dataclass(frozen=True, slots=True)
class Handled:
    """What is refused wherever no rule allows it. `network`, `scopes`: refused altogether."""

    files: int
    network: int = 0
    scopes: int = 0


class _Ruleset(ctypes.Structure):
    _fields_ = [
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    ]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("access", ctypes.c_uint64), ("file", ctypes.c_int32)]


def version() -> int:
    """The version of the kernel's interface. Raises: OSError, where there is none."""
    return system.call(CREATE_RULESET, None, 0, ASK_VERSION)


def restrict(handled: Handled, rules: Iterable[Rule]) -> None:
    """Put it into force for this thread, and all that it starts from now on.

    What an older kernel cannot refuse stays allowed. Raises: OSError.
    """
    wanted = _known(handled, version())
    ruleset = _Ruleset(wanted.files, wanted.network, wanted.scopes)
    number = system.call(CREATE_RULESET, ctypes.byref(ruleset), ctypes.sizeof(ruleset), 0)
    try:
        for rule in rules:
            _add(number, rule, wanted.files)
        system.no_new_privileges()
        system.call(RESTRICT_SELF, number, 0)
    finally:
        os.close(number)


def _known(handled: Handled, version_: int) -> Handled:
    files = handled.files
    if version_ < MOVES_SINCE:
        files &= ~REFER
    if version_ < TRUNCATES_SINCE:
        files &= ~TRUNCATE
    return Handled(
        files,
        handled.network if version_ >= NETWORK_SINCE else 0,
        handled.scopes if version_ >= SCOPES_SINCE else 0,
    )


def _add(ruleset: int, rule: Rule, handled: int) -> None:
    try:
        file = os.open(rule.path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        access = rule.access & handled
        if not stat.S_ISDIR(os.fstat(file).st_mode):
            access &= OF_FILES
        if access:
            beneath = _Beneath(access, file)
            system.call(ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(beneath), 0)
    finally:
        os.close(file)
