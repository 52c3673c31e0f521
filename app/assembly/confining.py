"""The walls around the program that serves: what it may write, and that it starts only itself."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from app.bundle.cache import cache_root
from app.security.sandbox import Wall, confine_server
from app.settings import Settings

log = logging.getLogger(__name__)


def confine(settings: Settings) -> list[Wall]:
    """Put them up; to be called before the process has a second thread."""
    _wake_cards()
    # SQLite would take the first of its own list that the permissions allow, and then fail there.
    os.environ.setdefault("SQLITE_TMPDIR", tempfile.gettempdir())
    walls = confine_server(writable(settings))
    for wall in walls:
        if not wall.stands:
            log.warning("no sandbox for %s: %s", wall.name, wall.why)
    return walls


def writable(settings: Settings) -> list[Path]:
    """The folders that this start keeps something in, made where they are not there yet."""
    places = [settings.data, cache_root(os.environ), settings.slot_save_path]
    found = [place for place in places if place is not None]
    for folder in found:
        with suppress(OSError):  # whoever wants to write there is told
            folder.mkdir(parents=True, exist_ok=True)
    return found


def _wake_cards() -> None:
    """Have the devices of NVIDIA's cards made, which its library would start a program for."""
    program = shutil.which("nvidia-modprobe") if sys.platform == "linux" else None
    if program and not Path("/dev/nvidia-uvm").exists():
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run([program, "-c", "0", "-u"], check=False, timeout=10)
