"""How a start ends: Ctrl-C, SIGTERM or a closed terminal, waited for without polling."""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
from types import FrameType
from typing import Any

LONGEST_S = 4.5
"""After this the process ends by itself, whatever is still busy."""


class Ending:
    """While entered, takes the signals that end a program; `number` is the one that came."""

    def __init__(self) -> None:
        self.number: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Ending:
        self._wakes, self._woken = socket.socketpair()
        for end in (self._wakes, self._woken):
            end.setblocking(False)
        # The interpreter writes here as soon as a signal comes, also while it waits in select.
        self._fd_before = signal.set_wakeup_fd(self._woken.fileno(), warn_on_full_buffer=False)
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            number = getattr(signal, name, None)
            # Under nohup a closed terminal is ignored, and stays so.
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._came)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._fd_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._wakes.close()
        self._woken.close()

    @property
    def status(self) -> int:
        """The exit status that goes with it: 130 for Ctrl-C, as shells have it, else 0."""
        return 128 + signal.SIGINT if self.number == signal.SIGINT else 0

    def wait(self, timeout_s: float | None = None) -> bool:
        """Waits until it is time to end; False when the time ran out before."""
        if self.number is None:
            select.select([self._wakes], [], [], timeout_s)
        return self.number is not None

    def within_limit(self) -> None:
        """From now on the process ends in good time, even if something hangs."""
        timer = threading.Timer(LONGEST_S, os._exit, [self.status])
        timer.daemon = True
        timer.start()

    def _came(self, number: int, _: FrameType | None) -> None:
        self.number = self.number or number
