"""What was said: opened when someone first wants to see it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from app.assembly.library import Opening
from app.errors import HistoryFailed
from app.language import Text
from app.settings import Settings

if TYPE_CHECKING:
    from app.conversations.history import History

FOLDER = "conversations"

NOT_OPENED = Text(
    "The conversations in {folder} cannot be opened: {reason}. Check that the folder may be "
    "written to and that the disk is not full, or name another one: --data FOLDER",
    "无法打开 {folder} 中的对话：{reason}。请确认该文件夹可写且磁盘未满，"
    "或用 --data 指定其他文件夹。",
)


@contextmanager
def history(settings: Settings) -> Iterator[History]:
    """The conversations of the data folder; without one they last as long as this start."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as passing:
        folder = (settings.data or Path(passing)) / FOLDER
        opening = Opening(lambda: _opened(folder))
        try:
            yield cast("History", opening)
        finally:
            opening.close()


def _opened(folder: Path) -> History:
    import sqlite3

    from app.conversations.history import History

    try:
        return History(folder)
    except (OSError, sqlite3.Error) as error:
        raise HistoryFailed(NOT_OPENED.filled(folder=folder, reason=error)) from error
