"""Keeps the temporary folder clean, whichever way a one-file program ends.

PyInstaller's bootloader unpacks into `_MEIxxxxxx`, starts this program as its child, waits, and
removes the folder. Where it is killed, the program ends too and removes the folder itself; where
both are killed, the next start does. Who is alive is told by a lock that the kernel releases with
its holder: every process of the program shares a lock on a marker file in its folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from app.bundle import bootloader

if sys.platform != "win32":
    import fcntl

MARKER = "assistant.running"
"""In the folder of every start of ours; empty until a program has taken its lock."""

FOLDER_PREFIX = "_MEI"

STARTING_S = 10.0
"""A folder without a lock yet, and changed since this long, may be a start under way."""

SECOND_SWEEP_S = 15.0


def watch() -> None:
    """Take this start's lock, sweep other starts' litter, and end when the bootloader ends.

    Does nothing where no bootloader unpacked this program.
    """
    folder = own_folder()
    if folder is None:
        return
    bootloader.interrupt_once()
    lock = hold(folder / MARKER)
    bootloader.end_with_parent(lambda: release(folder, lock))
    threading.Thread(target=_sweep_twice, args=(folder,), name="litter", daemon=True).start()


def own_folder() -> Path | None:
    """The folder that the bootloader unpacked for this process, if one did."""
    folder = Path(getattr(sys, "_MEIPASS", ""))
    return folder if folder.name.startswith(FOLDER_PREFIX) and (folder / MARKER).exists() else None


def hold(marker: Path) -> int:
    """Share the lock on a marker until its descriptor, the result, is closed."""
    descriptor = os.open(marker, os.O_RDWR)
    if sys.platform != "win32":
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    os.write(descriptor, b"running\n")
    return descriptor


def release(folder: Path, lock: int) -> None:
    """Give up a lock, and remove its folder if no other process shares it."""
    os.close(lock)
    _remove_if_unlocked(folder)


def sweep(parent: Path, own: Path, now: float) -> list[Path]:
    """Remove the folders under `parent` that ended starts of ours left behind; returns them."""
    others = (folder for folder in parent.glob(FOLDER_PREFIX + "*") if folder != own)
    return [folder for folder in others if _abandoned(folder, now) and _remove_if_unlocked(folder)]


def _sweep_twice(own: Path) -> None:
    # Twice, for what was too young to be judged when this program started.
    sweep(own.parent, own, time.time())
    time.sleep(SECOND_SWEEP_S)
    sweep(own.parent, own, time.time())


def _abandoned(folder: Path, now: float) -> bool:
    """Whether it is ours, and no bootloader can still be at work on it. The lock tells the rest."""
    try:
        marker = (folder / MARKER).stat(follow_symlinks=False)
        if folder.is_symlink() or (sys.platform != "win32" and marker.st_uid != os.getuid()):
            return False
        if marker.st_size > 0:  # a program got as far as taking the lock
            return True
        newest = max(path.stat().st_mtime for path in [folder, *folder.rglob("*")])
        return now - newest >= STARTING_S
    except OSError:  # no marker of ours in it, or another sweep is removing it
        return False


def _remove_if_unlocked(folder: Path) -> bool:
    try:
        with _locked_alone(folder / MARKER):
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _locked_alone(marker: Path) -> Iterator[None]:
    """Hold the marker's lock as the only one.

    Raises: OSError, if any process shares it, or it is gone.
    """
    if sys.platform == "win32":
        marker.unlink()  # refused there while any process has it open
        yield
        return
    descriptor = os.open(marker, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
