"""Puts a backup that was unpacked in the place of what is there, which is kept beside it.

Where an assistant works with the data folder, that one changes its conversations and documents over
by itself, between two requests; the rest, which is read when a program starts, follows at its next
start. What is interrupted goes on then, too.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Protocol

from app.assembly.claim import FILE as CLAIM
from app.assembly.claim import Claim
from app.language import Text
from app.notices import say

log = logging.getLogger(__name__)

READY = "restore.ready"
EMPTIED = "emptied"  # in it: the name of what is out of the way already
BEFORE = "before-restore-{when}"
LIVE = ("conversations", "documents")
"""What a running assistant opens anew by itself."""

LOOK_S = 1.0

DONE = Text(
    "A backup was brought back. What was there before is in {before}.",
    "备份已恢复。之前的数据保存在 {before} 中。",
)


class Opened(Protocol):
    """What can be closed for a moment, while others wait for it."""

    def held(self) -> AbstractContextManager[None]:
        """It is closed meanwhile, and opens again when it is next used."""
        ...


class Exchange:
    """This program's readiness to have what it keeps exchanged; None: it keeps nothing."""

    def __init__(self, data: Path | None) -> None:
        self._data = data
        self._claim = Claim(data) if data else None
        self._ended = threading.Event()
        self._watch: threading.Thread | None = None

    def __enter__(self) -> Exchange:
        """Finish what is ready, before anything of it is opened."""
        try:
            if self._data is not None and self._data.is_dir() and self._take():
                finish(self._data)
        except OSError as error:
            log.warning("no backup can be brought back here: %s", error)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._watch is not None:
            self._watch.join(LOOK_S)
        if self._claim is not None:
            self._claim.release()

    def watch(self, opened: Sequence[Opened]) -> None:
        """From now on, exchange these when another program has something ready."""
        if self._data is not None:
            work = (self._data, opened)
            self._watch = threading.Thread(target=self._run, args=work, name="restore", daemon=True)
            self._watch.start()

    def _take(self) -> bool:
        return self._claim is not None and self._claim.take()

    def _run(self, data: Path, opened: Sequence[Opened]) -> None:
        while not self._ended.wait(LOOK_S):
            # One that another program made, or that this one only comes to now.
            if any((data / READY / name).is_dir() for name in LIVE) and self._take():
                try:
                    exchange(data, opened)
                except Exception:
                    log.exception("a backup could not be brought back")


def exchange(data: Path, opened: Sequence[Opened]) -> None:
    """Put what is ready in its place, while nobody has it open. Raises: OSError."""
    with ExitStack() as until_done:
        for each in opened:
            until_done.enter_context(each.held())
        finish(data, LIVE)


def finish(data: Path, names: Sequence[str] | None = None) -> Path | None:
    """Put what was unpacked in its place, or go on with that; where what was there is now.

    `names`: these alone of all that came. Raises: OSError.
    """
    ready = data / READY
    if not ready.is_dir():
        return None
    came = [each for each in sorted(ready.iterdir()) if each.name != EMPTIED]
    chosen = [each for each in came if names is None or each.name in names]
    before = data / BEFORE.format(when=time.strftime("%Y%m%d-%H%M%S"))
    for each in chosen:
        note = ready / EMPTIED
        if not note.exists() or note.read_text(encoding="utf-8") != each.name:
            _move_out(data / each.name, before / each.name)
            note.write_text(each.name, encoding="utf-8")
        _move_in(each, data / each.name)
        note.unlink()
    if not [each for each in ready.iterdir() if each.name != EMPTIED]:
        shutil.rmtree(ready)
    if not chosen:
        return None
    say(DONE.filled(before=before))
    return before


def _move_out(place: Path, before: Path) -> None:
    if place.is_dir():
        before.mkdir(parents=True, exist_ok=True)
        for each in sorted(place.iterdir()):
            if each.name != CLAIM:  # whoever works here goes on doing so
                each.rename(before / each.name)
    elif place.exists():
        before.parent.mkdir(parents=True, exist_ok=True)
        place.rename(before)


def _move_in(came: Path, place: Path) -> None:
    if came.is_dir():
        place.mkdir(exist_ok=True)
        for each in sorted(came.iterdir()):
            each.rename(place / each.name)
        came.rmdir()
    else:
        came.replace(place)
