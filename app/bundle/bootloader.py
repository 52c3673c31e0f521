"""How this process lives with PyInstaller's bootloader, the parent that unpacked and started it."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

INTERRUPT_ONCE_S = 0.25
POLL_S = 1.0
_PR_SET_PDEATHSIG = 1


def end_with_parent(clean: Callable[[], None]) -> None:
    """End when the bootloader is gone, and then do what it would have done: `clean`."""
    parent = os.getppid()

    def clean_if_orphaned() -> None:
        if os.getppid() != parent:
            clean()

    def terminated(number: int, _frame: FrameType | None) -> None:
        clean_if_orphaned()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    atexit.register(clean_if_orphaned)
    if sys.platform == "win32":
        return  # there the bootloader puts its child into a job that ends with it
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, terminated)
    if not _signal_at_parents_death():
        threading.Thread(target=_poll, args=(parent,), name="parent watch", daemon=True).start()


def interrupt_once() -> None:
    """Make one Ctrl-C one KeyboardInterrupt.

    A terminal interrupts the bootloader and this process alike, and the bootloader passes
    whatever it gets on to this process: the second one comes a moment after the first.
    """
    last = -INTERRUPT_ONCE_S

    def interrupted(number: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > INTERRUPT_ONCE_S:
            last = now
            signal.default_int_handler(number, frame)

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupted)


def die_with_parent() -> None:
    """Let a child that works for its parent alone be killed when that ends, where this is known."""
    if sys.platform == "linux":
        _signal_at_parents_death(signal.SIGKILL)


def _signal_at_parents_death(number: signal.Signals = signal.SIGTERM) -> bool:
    """Ask the kernel for a signal then. Source: prctl(2), PR_SET_PDEATHSIG."""
    if sys.platform != "linux":
        return False
    import ctypes

    try:
        return bool(ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def _poll(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_S)
    os.kill(os.getpid(), signal.SIGTERM)
