"""Whose turn it is to compute: answers first, then what can wait, such as vectors of passages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Cores:
    """The processor's cores, which are fully used by one decode call at a time.

    What can wait gets what answers leave: everything while nobody asks, else a share of the time,
    so that neither stands still.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        share: float = 0.25,
        idle_s: float = 0.05,
    ) -> None:
        self._clock = clock
        self._share = share  # of the time, for what can wait, while answers are computed
        self._idle_s = idle_s  # a longer pause between answers' steps means that there are none
        self._turn = threading.Condition()
        self._taken = False
        self._answers_waiting = 0
        self._answers_ended = -idle_s  # when the last step of an answer ended
        self._owed_s = 0.0  # how long answers may compute before the next turn of what can wait

    @contextmanager
    def for_answers(self) -> Iterator[None]:
        """For one decode call of running answers."""
        with self._turn:
            self._answers_waiting += 1
            self._turn.wait_for(lambda: not self._taken)
            self._answers_waiting -= 1
            self._taken = True
        start = self._clock()
        try:
            yield
        finally:
            with self._turn:
                self._answers_ended = self._clock()
                self._owed_s -= self._answers_ended - start
                self._release()

    @contextmanager
    def for_what_can_wait(self) -> Iterator[None]:
        """For one decode call that nobody watches."""
        with self._turn:
            while not self._is_free():
                self._turn.wait(self._idle_s / 2)
            self._taken = True
        start = self._clock()
        try:
            yield
        finally:
            with self._turn:
                self._owed_s = (self._clock() - start) * (1 / self._share - 1)
                self._release()

    def _is_free(self) -> bool:
        if self._taken or self._answers_waiting:
            return False
        return self._owed_s <= 0 or self._clock() - self._answers_ended >= self._idle_s

    def _release(self) -> None:
        self._taken = False
        self._turn.notify_all()


CORES = Cores()
"""Those of this machine: every engine of this process shares them."""
