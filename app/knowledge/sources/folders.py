"""Files and folders by path: what is in them, and what has changed since they were last seen."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import url2pathname

_log = logging.getLogger(__name__)

POLL_S = 5.0
SKIPPED = frozenset(("node_modules", "__pycache__", "$RECYCLE.BIN", "System Volume Information"))
UNFINISHED = (".tmp", ".part", ".crdownload", ".download", ".swp", ".lock")


@dataclass(frozen=True, slots=True)
class Seen:
    """How a file looked."""

    size: int
    changed_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What has happened in a folder. `moved`: pairs of the old and the new path."""

    new: list[Path]
    changed: list[Path]
    moved: list[tuple[Path, Path]]
    gone: list[Path]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.moved or self.gone)


FILE = "file:"


def source_of(path: Path) -> str:
    """The source under which a file's document is kept."""
    return path.absolute().as_uri()


def path_of(source: str) -> Path:
    """The file that a source beginning with `FILE` names."""
    path = urlsplit(source).path
    # Names on POSIX are bytes, and need not be text.
    return Path(url2pathname(path) if os.name == "nt" else os.fsdecode(unquote_to_bytes(path)))


def name_of(path: Path) -> str:
    """A file's name as a text, whatever bytes it is made of."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def files_in(root: Path) -> Iterator[Path]:
    """The files of a folder and of those in it, without hidden ones; a file alone is itself."""
    if root.is_file():
        yield root
        return
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in SKIPPED)
        for name in sorted(names):
            if not name.startswith((".", "~$")) and not name.endswith(UNFINISHED):
                yield Path(folder, name)


def look(root: Path) -> dict[Path, Seen]:
    """How the files of a folder look now."""
    found: dict[Path, Seen] = {}
    for path in files_in(root):
        try:
            status = path.stat()
        except OSError:
            continue  # gone between the listing and the look
        found[path] = Seen(status.st_size, status.st_mtime_ns, status.st_ino)
    return found


def compared(before: dict[Path, Seen], now: dict[Path, Seen]) -> Changes:
    """What happened between two looks. Pure."""
    gone = {path: seen for path, seen in before.items() if path not in now}
    new = {path: seen for path, seen in now.items() if path not in before}
    lost = {seen: path for path, seen in gone.items()}
    moved = [(lost[seen], path) for path, seen in new.items() if seen in lost]
    sources, targets = {old for old, _ in moved}, {path for _, path in moved}
    return Changes(
        new=[path for path in new if path not in targets],
        changed=[path for path, seen in now.items() if path in before and before[path] != seen],
        moved=moved,
        gone=[path for path in gone if path not in sources],
    )


class Watcher:
    """Looks at folders again and again, and tells what changed and has come to rest."""

    def __init__(
        self,
        known: Callable[[Path], dict[Path, Seen]],
        on_change: Callable[[Path, Changes, dict[Path, Seen]], None],
        poll_s: float = POLL_S,
    ) -> None:
        self._known = known
        self._on_change = on_change
        self._poll_s = poll_s
        self._folders: dict[Path, dict[Path, Seen]] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def watch(self, folder: Path) -> None:
        """Look at this folder too."""
        with self._lock:
            self._folders.setdefault(folder, self._known(folder))

    def unwatch(self, folder: Path) -> None:
        """No longer look at this folder."""
        with self._lock:
            self._folders.pop(folder, None)

    def _run(self) -> None:
        while not self._stopping.wait(self._poll_s):
            with self._lock:
                folders = list(self._folders)
            for folder in folders:
                self._look(folder)

    def _look(self, folder: Path) -> None:
        if not folder.exists():
            return  # a drive that is not there now; its documents stay
        now = look(folder)
        changes = compared(self._folders.get(folder, {}), now)
        if not changes:
            return
        if self._stopping.wait(min(1.0, self._poll_s)) or look(folder) != now:
            return  # still being written: next time
        try:
            self._on_change(folder, changes, now)
        except Exception:
            _log.exception("Could not follow the changes in %s", folder)
            return
        with self._lock:
            if folder in self._folders:
                self._folders[folder] = now
