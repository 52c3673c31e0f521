"""How far a model is loaded that a thread loads, for everyone who waits for it."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

from app.errors import AssistantError, Cancelled, StillLoading
from app.language import Text
from app.notices import say

ENDING = Text("The assistant is ending.", "助手正在退出。")

Loaded = TypeVar("Loaded")


class Readiness(Generic[Loaded]):
    """What owns a model and its thread; the thread writes, everyone may read."""

    def __init__(self) -> None:
        self._closing = False
        self._progress = 0.0
        self._failure: AssistantError | None = None
        self._model: Loaded | None = None
        self._loaded = threading.Event()

    @property
    def progress(self) -> float:
        """How much of the model is loaded, 0 to 1."""
        return self._progress

    @property
    def ready(self) -> bool:
        """Whether it is loaded."""
        return self._model is not None

    @property
    def failure(self) -> AssistantError | None:
        """Why the model could not be loaded."""
        return self._failure

    def wait_ready(self, timeout_s: float | None = None) -> bool:
        """Wait until the model is loaded; False when that takes longer. Raises: its failure."""
        self._loaded.wait(timeout_s)
        if self._failure:
            raise self._failure
        return self.ready

    @property
    def model(self) -> Loaded:
        """The loaded model. Raises: StillLoading; the load's failure."""
        if self._failure:
            raise self._failure
        if self._model is None:
            raise StillLoading(self._progress)
        return self._model

    def _report(self, progress: float) -> None:
        """How far the loading thread is. Raises: Cancelled, when nobody wants it any more."""
        if self._closing:
            raise Cancelled(ENDING)
        self._progress = progress

    def _give_up(self, failure: AssistantError) -> None:
        """The model cannot be used any more, which its owner hears, too."""
        self._failure = failure
        say(failure.message)
