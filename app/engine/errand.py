"""Something to do with one slot, in the engine's thread, while no answer works on it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from app.engine.prefixes.prefixes import Prefixes
from app.engine.slots import Slot
from app.errors import AssistantError

T = TypeVar("T")


class Errand(Generic[T]):
    """`work` is done once, as soon as the slot is idle; whoever asked waits for its result."""

    def __init__(self, slot: int, work: Callable[[Slot, Prefixes], T]) -> None:
        self.slot = slot
        self._work = work
        self._future: Future[T] = Future()

    def run(self, slot: Slot, prefixes: Prefixes) -> None:
        """The engine's side: the slot is idle."""
        try:
            self._future.set_result(self._work(slot, prefixes))
        except Exception as error:
            self._future.set_exception(error)

    def fail(self, error: AssistantError) -> None:
        """The engine's side: it will never be."""
        self._future.set_exception(error)

    def result(self) -> T:
        """Wait until it is done. Raises: what the work raised; Cancelled."""
        return self._future.result()
