"""An unexpected failure: one sentence for the person, the details for whoever mends it."""

from __future__ import annotations

import traceback
from datetime import datetime
from pathlib import Path

from app.cli.terminal import Terminal
from app.language import Text
from app.settings import Settings


def report(error: Exception, terminal: Terminal, settings: Settings | None) -> int:
    """Tells what happened, keeps the traceback where it can, and returns the exit status."""
    told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    terminal.note(
        Text(f"Something went wrong that should not: {told}.", f"程序出现了意外错误：{told}。")
    )
    details = "".join(traceback.format_exception(error))
    if settings and settings.verbose:
        terminal.note(details)
    elif kept := _keep(details, settings):
        terminal.note(Text(f"The details are in {kept}.", f"详细信息在 {kept}。"))
    else:
        terminal.note(
            Text("Start it with --verbose to see the details.", "加上 --verbose 可查看详细信息。")
        )
    return 1


def _keep(details: str, settings: Settings | None) -> Path | None:
    """The first place that takes the details."""
    places = [settings.log_file, settings.data and settings.data / "error.log"] if settings else []
    for place in filter(None, places):
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("a", encoding="utf-8") as file:
                file.write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S%z}\n{details}\n")
        except OSError:
            continue
        return place
    return None
