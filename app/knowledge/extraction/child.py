"""The child process: reads the files that its parent hands over, one after the other."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import IO

from app.knowledge.block import Block
from app.knowledge.extraction.protocol import Message, encoded
from app.knowledge.extraction.readers import read
from app.knowledge.extraction.reading import Recognize
from app.knowledge.extraction.requests import asked
from app.knowledge.report import Problem, Report

OUT_OF_MEMORY = 86  # exit status
MOST_BLOCKS = 500  # of a file without pages, before they are told
PIECE_BYTES = 1 << 20


def serve(
    memory_bytes: int,
    recognize: Recognize | None = None,
    requests: IO[bytes] = sys.stdin.buffer,
    answers: IO[bytes] = sys.stdout.buffer,
    before_each: Callable[[], object] = lambda: None,
) -> int:
    """Answer requests until there are no more; the exit status."""
    _limit_memory(memory_bytes)
    try:
        for file, name in asked(requests):
            before_each()
            with file:
                _Answer(answers).read(file, name, recognize)
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


class _Answer:
    """The answer to one request; what was read goes out page by page."""

    def __init__(self, answers: IO[bytes]) -> None:
        self._answers = answers
        self._blocks: list[Block] = []
        self._recordings = 0

    def read(self, file: IO[bytes], name: str, recognize: Recognize | None) -> None:
        try:
            data = file.read()
            for part in read(data, name, recognize, self._page_done, self._hand_over):
                if isinstance(part, Report):
                    self._tell(report=part)
                else:
                    self._add(part)
        except MemoryError:
            raise
        except Exception as error:  # a reader's own bug costs this file, not the program
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
            self._tell(report=Report("unknown", problems=(Problem("crashed"),)))

    def _add(self, block: Block) -> None:
        self._blocks.append(block)
        if len(self._blocks) >= MOST_BLOCKS:
            self._tell()

    def _page_done(self, page: int, pages: int) -> None:
        self._tell(page=(page, pages))

    def _hand_over(self, recording: bytes) -> None:
        for at in range(0, len(recording), PIECE_BYTES):
            self._tell(recording=(self._recordings, recording[at : at + PIECE_BYTES]))
        self._recordings += 1

    def _tell(
        self,
        page: tuple[int, int] | None = None,
        recording: tuple[int, bytes] | None = None,
        report: Report | None = None,
    ) -> None:
        self._answers.write(encoded(Message(self._blocks, page, recording, report)))
        self._answers.flush()
        self._blocks = []


def _limit_memory(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent watches instead
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = memory_bytes if hard < 0 else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
