"""Those who speak just now, each under a name of its own."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable

from app.errors import Busy, NotFound
from app.language import Text
from app.speech.live.listener import Listener

MOST = 16

FULL = Text(
    "{most} people are being listened to already. Try again when one of them has ended.",
    "已有 {most} 个实时识别正在进行，请等其中一个结束后再试。",
)
NONE = Text(
    "There is no live recognition “{id}”: it has ended, or never was.",
    "没有名为“{id}”的实时识别：它已结束或从未开始。",
)


class Sessions:
    """At most so many at a time; those that nobody feeds any more make room by themselves."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._listeners: dict[str, Listener] = {}

    def open(self, begin: Callable[[], Listener]) -> str:
        """The name of a new one. Raises: Busy."""
        with self._lock:
            self._listeners = {
                name: each for name, each in self._listeners.items() if not each.is_over
            }
            if len(self._listeners) >= self._most:
                raise Busy(FULL.filled(most=self._most), retry_after_s=10)
            name = secrets.token_urlsafe(12)
            self._listeners[name] = begin()
        return name

    def get(self, name: str) -> Listener:
        """The one of that name. Raises: NotFound."""
        found = self._listeners.get(name)
        if found is None:
            raise NotFound(NONE.filled(id=name), "id")
        return found

    def forget(self, name: str) -> None:
        """It has ended. Repeatable."""
        with self._lock:
            self._listeners.pop(name, None)
