"""Reads a person's lines, with editing keys and a history that lasts where it can be kept."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

HISTORY = "chat-history.txt"


class Editor:
    """One line at a time. `folder` None: the history ends with the program."""

    def __init__(self, folder: Path | None) -> None:
        self._session: PromptSession[str] = PromptSession("> ", history=_history(folder))

    def line(self) -> str:
        """The next line. Raises: EOFError for Ctrl-D, KeyboardInterrupt for Ctrl-C."""
        return self._session.prompt()


def _history(folder: Path | None) -> History:
    if folder is not None:
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / HISTORY
            path.touch(mode=0o600)  # what someone asked is nobody else's business
            with path.open("a"):
                return FileHistory(str(path))
    return InMemoryHistory()
