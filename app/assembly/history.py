"""What was said: opened when someone first wants to see it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from app.assembly.library import Opening
from app.errors import HistoryFailed
from app.language import Text
from app.notices import say
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
REBUILT = Text(
    "The conversations in {folder} were damaged. What was there lies beside them as {aside}; what "
    "could be read of it was brought back.",
    "{folder} 中的对话已损坏。原来的文件保存在旁边的 {aside} 中，仍可读取的内容已恢复。",
)
PINS = Text(
    "What belonged to people whose profiles were lost is in new ones, each behind a PIN that is in "
    "{path}. Give them theirs, then delete that file.",
    "丢失的用户资料已重建为新用户，各由一个 PIN 保护，PIN 在 {path} 中。"
    "请告知本人，然后删除该文件。",
)


@contextmanager
def history(settings: Settings) -> Iterator[History]:
    """The conversations of the data folder; without one they last as long as this start."""
    with ExitStack() as until_the_end:
        opening = Opening(
            lambda: _opened((settings.data or passing_folder(until_the_end)) / FOLDER)
        )
        try:
            yield cast("History", opening)
        finally:
            opening.close()


def passing_folder(until_the_end: ExitStack) -> Path:
    """A folder for this start alone; beside the unpacked program, it is swept up with that."""
    beside = getattr(sys, "_MEIPASS", None)
    made = tempfile.TemporaryDirectory(dir=beside, ignore_cleanup_errors=True)
    return Path(until_the_end.enter_context(made))


def _opened(folder: Path) -> History:
    import sqlite3

    from app.conversations.history import History

    try:
        opened = History(folder)
        if opened.aside is not None:
            say(REBUILT.filled(folder=folder, aside=opened.aside.name))
            if opened.pins.exists():
                say(PINS.filled(path=opened.pins))
        return opened
    except (OSError, sqlite3.Error) as error:
        raise HistoryFailed(NOT_OPENED.filled(folder=folder, reason=error)) from error
