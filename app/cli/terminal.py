"""The terminal as a person meets it: sentences in their language, and a loading bar."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TextIO

from app.cli.width import columns
from app.language import Language, Text

WIDEST = 100


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where sentences go: answers and facts to `out`, what happens meanwhile to `err`."""

    language: Language
    out: TextIO
    err: TextIO

    def say(self, text: Text | str) -> None:
        """One sentence for `out`, at once."""
        self._write(self.out, self.told(text) + "\n")

    def note(self, text: Text | str) -> None:
        """One sentence for `err`, at once."""
        self._write(self.err, self.told(text) + "\n")

    @contextlib.contextmanager
    def thinking(self) -> Iterator[Callable[[str], None]]:
        """Gives what streams an answer to `out`; a person sees “…” until it begins."""
        waiting = self.out.isatty()
        if waiting:
            self._write(self.out, "…")

        def stream(text: str) -> None:
            nonlocal waiting
            self._write(self.out, f"\r{text}" if waiting else text)
            waiting = False

        yield stream

    def told(self, text: Text | str) -> str:
        """The text in the terminal's language."""
        return text if isinstance(text, str) else text.of(self.language)

    @property
    def is_watched(self) -> bool:
        """Whether a person sees what happens, so that a bar may move."""
        return self.err.isatty()

    @property
    def width(self) -> int:
        """Columns to lay text out in."""
        return min(shutil.get_terminal_size().columns, WIDEST)

    def bar(self, label: Text, share: float) -> None:
        """Draws (or draws again) a bar on the last line of `err`. `share`: 0 to 1."""
        told, percent = self.told(label), f" {share:4.0%}"
        room = max(10, min(40, self.width - columns(told) - len(percent) - 3))
        filled = round(share * room)
        self._write(self.err, f"\r{told} {'█' * filled}{'░' * (room - filled)}{percent}")

    def wipe(self) -> None:
        """Takes the bar away."""
        self._write(self.err, "\r" + " " * (self.width - 1) + "\r")

    def _write(self, stream: TextIO, text: str) -> None:
        stream.write(text)
        stream.flush()


def standard(language: Language) -> Terminal:
    """The terminal that started this program; what it cannot show becomes “?”."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            utf8 = "utf-8" if os.name == "nt" else None
            stream.reconfigure(encoding=utf8, errors="replace")
    return Terminal(language, sys.stdout or _nowhere(), sys.stderr or _nowhere())


def forget_output() -> None:
    """Lets the program end without a complaint when the reader of its output has gone."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _nowhere() -> TextIO:
    """A program started without a console (Windows, double-clicked) has no streams."""
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123
