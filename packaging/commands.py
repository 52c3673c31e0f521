"""Runs the tools of the build, their output kept in a log, their failures put into words."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import failures
import places
from app.language import Text

PYTHON_HABITS = {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": ""}
"""Variables of every tool in Python: what it imports is compiled once, whoever starts it."""


def run(
    command: Sequence[str | Path],
    log: str,
    failure: Text,
    environment: Mapping[str, str] | None = None,
    folder: Path = places.ROOT,
    on_line: Callable[[str], None] = lambda _line: None,
) -> str:
    """Run a tool to its end and return what it printed; `log` names the file that keeps it.

    Raises: BuildFailed, with a known cause or with `failure` and the log's place.
    """
    places.LOGS.mkdir(parents=True, exist_ok=True)
    path = places.LOGS / f"{log}.log"
    lines = []
    with (
        path.open("w", 1, encoding="utf-8") as file,
        _started(command, environment, folder) as tool,
    ):
        assert tool.stdout is not None
        try:
            for line in tool.stdout:
                file.write(line)
                lines.append(line)
                on_line(line)
        except BaseException:
            tool.terminate()
            raise
    output = "".join(lines)
    if tool.returncode:
        raise failures.BuildFailed(failures.meaning(output) or _with_log(failure, path))
    return output


def _started(
    command: Sequence[str | Path], environment: Mapping[str, str] | None, folder: Path
) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env={**os.environ, **PYTHON_HABITS, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise failures.of_system(error) from error


def _with_log(failure: Text, path: Path) -> Text:
    return Text(f"{failure.en} What it printed is in {path}.", f"{failure.zh}详细输出见 {path}。")
