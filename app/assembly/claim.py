"""One program at a time works with a folder of documents; others ask it, or wait.

Who is alive is told by a lock, which the kernel releases with its holder.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FILE = "claimed.json"
LOOKS, LOOK_S = 5, 0.02
FAR = 1 << 30  # Windows locks bytes; those that hold the text stay readable


@dataclass(frozen=True, slots=True)
class Holder:
    """The program that has a folder. `url`: where it serves; None while it does not."""

    process: int
    url: str | None


class Claim:
    """This program's claim to a folder; every method may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._file: int | None = None
        self._url: str | None = None

    def take(self) -> bool:
        """Take the folder, made where it is not there yet; False while another program has it.

        Raises: OSError.
        """
        with self._lock:
            if self._file is not None:
                return True
            self._folder.mkdir(parents=True, exist_ok=True)
            file = os.open(self._folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
            if not _locked_in_time(file):
                os.close(file)
                return False
            self._file = file
            self._write()
            return True

    def tell(self, url: str) -> bool:
        """Take the folder, and tell other programs where to ask for what is in it.

        Raises: OSError.
        """
        self._url = url
        if not self.take():
            return False
        with self._lock:
            self._write()
        return True

    def release(self) -> None:
        """Leave the folder to others."""
        with self._lock:
            if self._file is not None:
                with suppress(OSError):
                    os.ftruncate(self._file, 0)
                os.close(self._file)
                self._file = None

    def _write(self) -> None:
        if self._file is None:
            return
        with suppress(OSError):  # a full disk: others then only see that it is taken
            os.ftruncate(self._file, 0)
            os.lseek(self._file, 0, os.SEEK_SET)
            os.write(self._file, json.dumps({"process": os.getpid(), "url": self._url}).encode())


def holder(folder: Path) -> Holder | None:
    """The other program that has a folder just now; None where no one has it."""
    try:
        file = os.open(folder / FILE, os.O_RDWR)
    except OSError:
        return None
    try:
        if _locked(file):
            return None
        os.lseek(file, 0, os.SEEK_SET)
        told = json.loads(os.read(file, 4096))
        return Holder(int(told["process"]), told["url"])
    except (ValueError, LookupError, TypeError):
        return Holder(0, None)  # it is just about to tell
    finally:
        os.close(file)


def _locked_in_time(file: int) -> bool:
    for _ in range(LOOKS):  # another program may only be looking who has it
        if _locked(file):
            return True
        time.sleep(LOOK_S)
    return False


def _locked(file: int) -> bool:
    try:
        if sys.platform == "win32":
            os.lseek(file, FAR, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # Windows says so of a lock that another has; else it is a file system without locks.
        return sys.platform != "win32"
    return True
