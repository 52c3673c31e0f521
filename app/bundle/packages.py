"""Python packages that few starts need: packed apart, unpacked once, and then importable."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from pathlib import Path

from app.bundle.cache import cache_root, unpacked
from app.bundle.directory import damaged
from app.bundle.executable import Executable

KIND = "documents"
SHARED = ("libcrypto", "libssl")
"""What extension modules in the folder are linked to; each needs those before it."""

_lock = threading.Lock()


def activate() -> None:
    """Make the packages that read, keep and find documents importable, and keep them quiet.

    Raises: BadFile, if they are damaged; AssistantError, if there is no place for them.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else ONNX Runtime tells its makers that it runs
    if not getattr(sys, "frozen", False):
        return  # installed beside the source
    with _lock:
        folder = _folder(Executable.open(Path(sys.executable)))
        if str(folder) not in sys.path:
            _preload(folder)
            sys.path.append(str(folder))


def _folder(executable: Executable) -> Path:
    entry = executable.directory.find(KIND)
    if entry is None:
        raise damaged("it holds no packages for documents", "其中没有文档所需的软件包")
    root = cache_root(os.environ) or Path(getattr(sys, "_MEIPASS", ""))
    return unpacked(executable.slice(entry), entry.sha256, root / "packages")


def _preload(folder: Path) -> None:
    """Loaded by name, libraries are looked for elsewhere, unless they are there already."""
    if sys.platform == "win32":
        os.add_dll_directory(str(folder))
        return
    for name in SHARED:
        for library in folder.glob(f"{name}.*"):
            ctypes.CDLL(str(library))
