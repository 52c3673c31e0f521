"""Starts a built file and asks it one question, as its user would."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path

from app.language import Text
from console import say
from failures import BuildFailed

QUESTION = "Say hello."
LIMIT_S = 300

_SILENT = Text(
    "The built file does not answer: {reason}. Run it yourself to see more: {path} chat",
    "构建出的文件没有回答：{reason}。可自行运行以查看详情：{path} chat",
)


def asked(path: Path) -> float:
    """Ask, and return how many seconds it took from the start to the end of the answer.

    Raises: BuildFailed, if there is no answer.
    """
    say(Text("Asking the built file a question", "正在向构建出的文件提问"))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            run = subprocess.run(
                [path, "chat", QUESTION],
                cwd=folder,
                env={**os.environ, "ASSISTANT_DATA": folder},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _failed(path, f"{LIMIT_S} s") from error
    if run.returncode or not run.stdout.strip():
        last = (run.stderr.strip() or run.stdout.strip()).splitlines()[-1:]
        raise _failed(path, last[0] if last else f"exit status {run.returncode}")
    return time.monotonic() - began


def _failed(path: Path, reason: str) -> BuildFailed:
    return BuildFailed(_SILENT.filled(reason=reason, path=path))
