"""What the build tells the person in front of it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from app.language import Text, of_system

BAR_CELLS = 28
SLOW_TERMINAL_S = 15.0
"""Where output is not a terminal (a log), a bar prints a line as often as this."""


def say(text: Text) -> None:
    """One line."""
    print(text.of(of_system()), flush=True)


@contextmanager
def working(text: Text) -> Iterator[None]:
    """One line with the seconds that the block has taken so far, where a person watches."""
    label = text.of(of_system())
    if not sys.stdout.isatty():
        print(label, flush=True)
        yield
        return
    began, ended = time.monotonic(), threading.Event()

    def count() -> None:
        while True:
            print(f"\r\x1b[2K{label}  {time.monotonic() - began:.0f} s", end="", flush=True)
            if ended.wait(0.5):
                return

    counter = threading.Thread(target=count, daemon=True)
    counter.start()
    try:
        yield
    finally:
        ended.set()
        counter.join()
        print(flush=True)


class Bar:
    """A progress bar from 0 to `total`; a context manager, which ends its line."""

    def __init__(self, label: Text, total: float, unit: str = "") -> None:
        self._label = label.of(of_system())
        self._total = total
        self._unit = unit
        self._terminal = sys.stdout.isatty()
        self._began = time.monotonic()
        self._shown = self._began if not self._terminal else 0.0
        self._done = 0.0

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._print(ended=kind is None)

    def at(self, done: float, total: float | None = None) -> None:
        """Show that `done` of `total` is done."""
        self._done = done
        self._total = self._total if total is None else total
        now = time.monotonic()
        if now - self._shown >= (0.1 if self._terminal else SLOW_TERMINAL_S):
            self._shown = now
            self._print()

    def _print(self, ended: bool = False) -> None:
        share = min(1.0, self._done / self._total) if self._total else 0.0
        share = 1.0 if ended else share
        filled = round(share * BAR_CELLS)
        cells = "█" * filled + "░" * (BAR_CELLS - filled)
        seconds = round(time.monotonic() - self._began)
        line = f"{self._label}  {cells} {share:4.0%}  {seconds} s"
        if self._unit == "MB":
            done = self._total if ended else self._done
            line += f"  {done / 1e6:.0f}/{self._total / 1e6:.0f} MB"
        if self._terminal:
            print(f"\r\x1b[2K{line}", end="\n" if ended else "", flush=True)
        else:
            print(line, flush=True)
