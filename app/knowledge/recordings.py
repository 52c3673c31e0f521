"""Recordings as documents: what is said in them, with the time at which each stretch begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from app.errors import AssistantError
from app.knowledge.block import Block
from app.knowledge.extraction.extractor import Extraction
from app.knowledge.report import Problem, Report

STRETCH_S = 30.0  # so that a time is never far from what it is looked up for

OnProgress = Callable[[float, float], None]
"""Seconds that were heard, of so many; 0 where the length is not known."""

Listen = Callable[[Path, OnProgress], Iterator[tuple[float, str]]]
"""What is said in a file, piece by piece, each with the second at which it begins."""


def heard(
    listen: Listen, path: Path, on_progress: OnProgress, cancelled: Callable[[], bool]
) -> Extraction:
    """What is said in a recording, as far as it could be heard."""
    blocks: list[Block] = []
    problems: tuple[Problem, ...] = ()
    try:
        for begins, said in _stretches(listen(path, on_progress)):
            blocks.append(Block("paragraph", f"[{_clock(begins)}] {said}"))
            if cancelled():
                break
    except AssistantError as error:
        problems = (Problem("not-heard", said=(error.message.en, error.message.zh)),)
    characters = sum(len(block.text) for block in blocks)
    return Extraction(blocks, Report("audio", characters=characters, problems=problems))


def _stretches(pieces: Iterator[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    begins, gathered = 0.0, ""
    for start, text in pieces:
        if gathered and start - begins >= STRETCH_S:
            yield begins, gathered.strip()
            gathered = ""
        if not gathered:
            begins = start
        gathered += text if text.startswith(" ") else f" {text}"
    if gathered.strip():
        yield begins, gathered.strip()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
