"""Recordings as documents: what is said in them, with the time at which each stretch begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from app.errors import AssistantError
from app.knowledge.block import Block
from app.knowledge.extraction.extractor import Extraction
from app.knowledge.originals import Originals
from app.knowledge.report import Problem, Report

STRETCH_S = 30.0  # so that a time is never far from what it is looked up for
MOST_INSIDE_BYTES = 2 << 30

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


def has_recordings(extraction: Extraction) -> bool:
    """Whether there is something to be heard: the file itself, or something inside it."""
    is_one = extraction.report.format == "audio"
    return is_one or any(block.kind == "recording" for block in extraction.blocks)


def without_recordings(extraction: Extraction) -> Extraction:
    """A file's own words, while its recordings still have to be heard."""
    own = [block for block in extraction.blocks if block.kind != "recording"]
    unheard = len(extraction.blocks) - len(own)
    if not any(block.is_read for block in own):
        return Extraction([], extraction.report)
    return Extraction(own, replace(extraction.report, unheard=unheard))


def with_unheard(extraction: Extraction, why: Problem) -> Extraction:
    """A file of which no recording can be heard."""
    blocks, report = [], extraction.report
    for block in extraction.blocks:
        if block.kind == "recording":
            report = _together(report, _unheard(why).report, block.text)
        else:
            blocks.append(block)
    return Extraction(blocks, report)


@dataclass(slots=True)
class _Kept:
    path: Path
    problem: Problem | None = None


class Inside:
    """The recordings inside one file: kept until they were heard."""

    def __init__(self, originals: Originals) -> None:
        self._originals = originals
        self._kept: list[_Kept] = []
        self._left = MOST_INSIDE_BYTES

    def __enter__(self) -> Inside:
        return self

    def __exit__(self, *_: object) -> None:
        for kept in self._kept:
            kept.path.unlink(missing_ok=True)

    def keep(self, number: int, piece: bytes) -> None:
        """Take the next bytes of a recording; each begins when the one before is complete."""
        if number >= len(self._kept):
            self._kept.append(_Kept(self._originals.room()))
        kept = self._kept[-1]
        self._left -= len(piece)
        if self._left < 0:
            kept.problem = Problem("too-large", f"{MOST_INSIDE_BYTES >> 20} MiB")
        if kept.problem is None:
            with kept.path.open("ab") as file:
                file.write(piece)

    def heard(
        self,
        extraction: Extraction,
        listen: Listen,
        on_progress: OnProgress,
        cancelled: Callable[[], bool],
    ) -> Extraction:
        """The file with what is said in its recordings in their places."""
        blocks: list[Block] = []
        report, waiting = extraction.report, iter(self._kept)
        for block in extraction.blocks:
            if block.kind != "recording":
                blocks.append(block)
            elif not cancelled():
                kept = next(waiting)
                if kept.problem is None:
                    said = heard(listen, kept.path, on_progress, cancelled)
                else:
                    said = _unheard(kept.problem)
                blocks += [replace(each, page=block.page) for each in said.blocks]
                report = _together(report, said.report, block.text)
        return Extraction(blocks, report)


def _unheard(problem: Problem) -> Extraction:
    return Extraction([], Report("audio", problems=(problem,)))


def _together(whole: Report, inner: Report, where: str) -> Report:
    problems = tuple(replace(problem, where=where) for problem in inner.problems)
    return replace(
        whole,
        characters=whole.characters + inner.characters,
        problems=(*whole.problems, *problems),
    )


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
