"""The child process: reads the files that its parent names, one after the other."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

from app.knowledge.extraction.protocol import Message, encoded
from app.knowledge.extraction.readers import read
from app.knowledge.extraction.reading import Recognize
from app.knowledge.report import Problem, Report

OUT_OF_MEMORY = 86  # exit status


def serve(
    memory_bytes: int,
    recognize: Recognize | None = None,
    requests: IO[str] = sys.stdin,
    answers: IO[str] = sys.stdout,
) -> int:
    """Answer requests `{"path": …, "name": …}` until there are no more; the exit status."""
    _limit_memory(memory_bytes)
    say = _Saying(answers)
    try:
        for line in requests:
            request = json.loads(line)
            _answer(Path(request["path"]), request["name"], recognize, say)
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _answer(
    path: Path, name: str, recognize: Recognize | None, say: Callable[[Message], None]
) -> None:
    try:
        for message in read(
            path.read_bytes(), name, recognize, lambda page, pages: say((page, pages))
        ):
            say(message)
    except MemoryError:
        raise
    except Exception as error:  # a reader's own bug costs this file, not the program
        print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
        say(Report("unknown", problems=(Problem("crashed"),)))


class _Saying:
    def __init__(self, answers: IO[str]) -> None:
        self._answers = answers

    def __call__(self, message: Message) -> None:
        self._answers.write(encoded(message) + "\n")
        if not hasattr(message, "text"):  # blocks wait for the next page or the report
            self._answers.flush()


def _limit_memory(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent watches instead
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
