"""Where the assistant keeps its data."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path


def data_folder(program: Path, environment: Mapping[str, str]) -> Path | None:
    """The folder used when none is named; None where the system gives no place for it."""
    beside = program.parent / "assistant-data"
    return beside if beside.is_dir() else _user_folder(environment)


def _user_folder(environment: Mapping[str, str]) -> Path | None:
    """Source: XDG Base Directory Specification; Apple, File System Programming Guide."""
    if sys.platform == "win32":
        local = environment.get("LOCALAPPDATA") or environment.get("APPDATA")
        return Path(local) / "Assistant" if local else None
    home = environment.get("HOME")
    if sys.platform == "darwin":
        return Path(home) / "Library/Application Support/Assistant" if home else None
    xdg = environment.get("XDG_DATA_HOME", "")
    if Path(xdg).is_absolute():
        return Path(xdg) / "assistant"
    return Path(home) / ".local/share/assistant" if home else None


def is_writable(folder: Path) -> bool:
    """Whether files can be made in it; tried, since permissions alone do not tell.

    A folder that does not exist yet counts when it could be made; it is not made.
    """
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
