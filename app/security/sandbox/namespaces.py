"""A network of its own, with nothing in it, where the system lets a process have one."""

from __future__ import annotations

import ctypes
import os

CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = 0x08000000, 0x10000000, 0x40000000


def leave() -> None:
    """Leave the machine's network, and the memory it shares by name.

    Nobody else's rights come with it: no user of the new namespace is anyone outside of it.
    Raises: OSError, where it is not allowed, as in many containers.
    """
    apart = CLONE_NEWNET | CLONE_NEWIPC
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(apart if os.geteuid() == 0 else apart | CLONE_NEWUSER) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
