"""The spoken conversations of just now."""

from __future__ import annotations

import threading
from typing import Protocol


class Conversing(Protocol):
    """A conversation whose answers can be ended; from any thread."""

    def interrupt(self) -> bool:
        """End the answer that is being given; whether there was one."""

    def cancel(self) -> None:
        """End all of it."""


class Talks:
    """By the ids of those who are listened to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[str, Conversing] = {}

    def begin(self, uid: str, talk: Conversing) -> None:
        """One speaker has one conversation: an earlier one ends."""
        with self._lock:
            earlier, self._of[uid] = self._of.get(uid), talk
        if earlier is not None:
            earlier.cancel()

    def interrupt(self, uid: str) -> bool:
        """End the answer that is being given; whether there was one."""
        talk = self._of.get(uid)
        return talk is not None and talk.interrupt()

    def end(self, uid: str, talk: Conversing) -> None:
        """It is over. Repeatable."""
        with self._lock:
            if self._of.get(uid) is talk:
                del self._of[uid]
