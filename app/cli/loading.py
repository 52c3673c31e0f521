"""Shows how the engine is prepared and the model loads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from app.cli.terminal import Terminal
from app.language import Text

LOADING = Text("Loading the model", "正在加载模型")
PREPARING = Text(
    "Preparing the engine for this machine. This happens once …",
    "正在为这台电脑准备引擎，只需一次……",
)
QUIET_S = 1.0
STEP_S = 0.1


class Loading(Protocol):
    """An engine that loads its model."""

    @property
    def progress(self) -> float:
        """How much of it is loaded, 0 to 1."""

    def wait_ready(self, timeout_s: float | None = None) -> bool:
        """Wait until it is; False when that takes longer. Raises: its failure."""


@contextmanager
def preparing(terminal: Terminal) -> Iterator[None]:
    """Says so where it takes longer than a second to unpack the engine and to prove its variant."""
    said = threading.Timer(QUIET_S, terminal.note, [PREPARING])
    said.start()
    try:
        yield
    finally:
        said.cancel()


def wait_ready(
    engine: Loading, terminal: Terminal, ended: Callable[[], bool] = lambda: False
) -> bool:
    """Waits for the model, with a bar where it takes longer than a second.

    False when the program shall end before. Raises: what the loading failed with.
    """
    started, shown = time.monotonic(), False
    try:
        while not engine.wait_ready(STEP_S):
            if ended():
                return False
            if time.monotonic() - started > QUIET_S:
                _show(engine.progress, terminal, again=shown)
                shown = True
    finally:
        if shown and terminal.is_watched:
            terminal.wipe()
    return True


def _show(progress: float, terminal: Terminal, again: bool) -> None:
    if terminal.is_watched:
        terminal.bar(LOADING, progress)
    elif not again:
        terminal.note(Text(f"{LOADING.en} …", f"{LOADING.zh}……"))
