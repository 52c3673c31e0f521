"""An answer that is being written: kept as it grows, and followed by whoever wants to read it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Protocol

from app.conversations.message import Message, State

HEARTBEAT_S = 10.0

Event = dict[str, Any]


class Keeper(Protocol):
    """Where an answer is kept."""

    def write(self, message: Message) -> None:
        """All of it."""

    def append(self, message: Message, number: int, event: Event) -> None:
        """What came to it."""


class Writing:
    """One answer on its way. Events are what readers see; the message is what they come to.

    An event holds some of: text, thinking; sources, citations, calls (more of each); and the last
    one of all: message.
    """

    def __init__(self, message: Message, keeper: Keeper, cancel: Callable[[], None]) -> None:
        self._message = message
        self._keeper = keeper
        self._cancel = cancel
        self._events: list[Event] = []
        self._changed = threading.Condition()
        self._ended = False
        self.stopped = False

    @property
    def uid(self) -> str:
        """The message's."""
        return self._message.uid

    def add(self, event: Event) -> None:
        """Something more of the answer; it is kept before anybody reads it."""
        self._keeper.append(self._message, len(self._events), event)
        with self._changed:
            self._message = self._message.grown(event)
            self._events.append(event)
            self._changed.notify_all()

    def end(self, state: State, **extra: Any) -> Message:
        """It is complete, or given up; readers learn of that once it is kept."""
        message = replace(self._message.with_extra(**extra), state=state)
        try:
            self._keeper.write(message)
        finally:
            with self._changed:
                self._message = message
                self._ended = True
                self._changed.notify_all()
        return message

    def stop(self) -> None:
        """End it early."""
        self.stopped = True
        self._cancel()

    def wait_ended(self, timeout_s: float) -> bool:
        """Whether it ends in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._ended, timeout_s)

    def so_far(self) -> tuple[Message, int]:
        """The message, and how many events have come to it."""
        with self._changed:
            return self._message, len(self._events)

    def follow(self, start: int) -> Iterator[tuple[int, Event] | Message | None]:
        """Each event from `start` on with its number, then the message; None: still nothing new."""
        while True:
            news, ended = self._news(start)
            if not news and not ended:
                yield None
            for event in news:
                yield start, event
                start += 1
            if ended and not news:
                yield self._message
                return

    def _news(self, start: int) -> tuple[list[Event], bool]:
        """The events from `start` on, once there are some; and whether these are the last."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or len(self._events) > start, HEARTBEAT_S)
            return self._events[start:], self._ended


class Writings:
    """The answers that are being written, one in each conversation."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[str, Writing] = {}

    def begin(self, conversation: str, writing: Writing) -> None:
        """From now on it can be followed and stopped."""
        with self._lock:
            self._of[conversation] = writing

    def get(self, conversation: str) -> Writing | None:
        """What is being written in a conversation."""
        return self._of.get(conversation)

    def ended(self, conversation: str, writing: Writing) -> None:
        """It can be followed no more."""
        with self._lock:
            if self._of.get(conversation) is writing:
                del self._of[conversation]

    def stop_all(self, timeout_s: float) -> None:
        """End all of them, and wait until they are kept."""
        with self._lock:
            left = list(self._of.values())
        for each in left:
            each.stop()
        until = time.monotonic() + timeout_s
        for each in left:
            each.wait_ended(max(0.0, until - time.monotonic()))
