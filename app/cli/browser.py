"""Opens the page where a person sits in front of a desktop."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress

log = logging.getLogger(__name__)

OPENERS = ("xdg-open", "wslview", "gio", "sensible-browser", "x-www-browser")


def has_desktop(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a browser's window would be seen by the one who started the program."""
    if platform == "linux":
        return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
    return "SSH_CONNECTION" not in environment


def open_page(url: str, environment: Mapping[str, str]) -> bool:
    """Asks the system to open the page; False when there is nothing that could."""
    try:
        if sys.platform == "win32":
            os.startfile(url)
            return True
        command = _command(url, environment)
        if command is None:
            return False
        opener = subprocess.Popen(
            command,
            env=foreign(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C here must not end the browser
        )
        threading.Thread(target=opener.wait, name="browser", daemon=True).start()
    except OSError as error:
        log.warning("the browser could not be started: %s", error)
        return False
    return True


class Opener:
    """Opens one page, once: also from a program that may start no other any more by then.

    A shell that was started before waits to be told the address.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._shell: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Opener:
        command = _command("", self._environment) if sys.platform == "linux" else None
        if command is not None:
            with suppress(OSError):
                self._shell = subprocess.Popen(
                    ["/bin/sh", "-c", 'read -r url && exec "$@" "$url"', "sh", *command[:-1]],
                    env=foreign(self._environment),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,  # Ctrl-C here must not end the browser
                )
        return self

    def __exit__(self, *_: object) -> None:
        if self._shell is not None and self._shell.stdin is not None:
            with suppress(OSError):  # untold, it ends with its pipe
                self._shell.stdin.close()
            if self._shell.poll() is None:
                self._shell.returncode = 0  # what it became is the browser's business

    def open(self, url: str) -> None:
        """Open the page."""
        if self._shell is None or self._shell.stdin is None:
            open_page(url, self._environment)
            return
        with suppress(OSError):
            self._shell.stdin.write(f"{url}\n".encode())
            self._shell.stdin.close()
        threading.Thread(target=self._shell.wait, name="browser", daemon=True).start()


def _command(url: str, environment: Mapping[str, str]) -> list[str] | None:
    if sys.platform == "darwin":
        return ["/usr/bin/open", url]
    for name in OPENERS:
        if path := shutil.which(name, path=environment.get("PATH")):
            return [path, "open", url] if name == "gio" else [path, url]
    return None


def foreign(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for a program that is not ours: without PyInstaller's changes.

    Source: PyInstaller, "Run-time Information", LD_LIBRARY_PATH / LIBPATH considerations.
    """
    restored = {name: value for name, value in environment.items() if not name.startswith("_PYI_")}
    if not getattr(sys, "frozen", False):
        return restored
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        original = restored.pop(f"{name}_ORIG", None)
        restored.pop(name, None)
        if original is not None:
            restored[name] = original
    return restored
