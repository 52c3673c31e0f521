"""This program's own file: it stays the one that was started, whatever is put into its place.

Modules are read from it when they are first imported, and weights when they are first used, which
may be long after somebody copied a newer assistant over it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_kept: list[Path] = []


def keep() -> None:
    """Read it by an open descriptor from now on, where the system has names for those."""
    if sys.platform != "linux" or not getattr(sys, "frozen", False):
        return
    path = Path(f"/proc/self/fd/{os.open(sys.executable, os.O_RDONLY)}")
    if not path.exists():
        return
    _kept.append(path)
    # PyInstaller's, which opens the file anew for each module. Source: its pyimod02_importers.
    modules = getattr(sys.modules.get("pyimod02_importers"), "pyz_archive", None)
    if modules is not None:
        modules._filename = str(path)


def kept(path: Path) -> Path:
    """Where to read a file: this program's own by what is kept open, any other where it lies."""
    return _kept[0] if _kept and str(path) == sys.executable else path
