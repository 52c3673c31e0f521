"""From the lines of a page to paragraphs, headings and tables. Pure: knows no PDF."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.knowledge.block import Block, table

LONGEST_HEADING = 120
LARGER = 1.12
LONGEST_CELL = 40  # longer ones are columns of running text, not a table
NUMBERED = re.compile(
    r"(\d{1,2}(\.\d{1,2})*\.?\s+[A-Z][A-Z ,&/-]+$"
    r"|(ARTICLE|CHAPTER|SECTION|PART|APPENDIX)\s+[\dIVXA-Z]+\b"
    r"|第[一二三四五六七八九十百零\d]+[章节条部编篇])"
)
BULLET = re.compile(r"([•●○▪■◦·*–-]|\(?[a-z\d]{1,2}[.)])\s")
WIDE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")  # written without spaces


@dataclass(frozen=True)
class Line:
    """One line of a page. Units: points, from the page's lower left corner."""

    cells: tuple[str, ...]
    left: float
    right: float
    base: float  # of its first character
    foot: float  # of its last: lower where a hyphenated word joins two lines
    size: float
    bold: bool

    @cached_property
    def text(self) -> str:
        """The whole line."""
        return " ".join(self.cells)

    @cached_property
    def is_row(self) -> bool:
        """Whether its cells stand apart, as those of a table do."""
        return len(self.cells) > 1 and all(len(cell) <= LONGEST_CELL for cell in self.cells)


class Layout:
    """The look of one document, learnt page by page: which size is its running text."""

    def __init__(self) -> None:
        self._sizes: Counter[float] = Counter()
        self._bold: Counter[bool] = Counter()
        self._body = 0.0
        self._larger: list[float] = []
        self._levels: dict[int, int] = {}

    def blocks(self, lines: list[Line], page: int) -> Iterator[Block]:
        """The blocks of a page."""
        for line in lines:
            self._sizes[line.size] += len(line.text)
            self._bold[line.bold] += len(line.text)
        self._body = max(self._sizes, key=lambda size: self._sizes[size], default=0.0)
        self._larger = sorted((s for s in self._sizes if s > self._body * LARGER), reverse=True)
        self._levels = {id(line): self._level(line) for line in lines}
        for group in self._groups(lines):
            yield from self._block(group, page)

    def _groups(self, lines: list[Line]) -> Iterator[list[Line]]:
        group: list[Line] = []
        for line in lines:
            if group and not self._continues(group, line):
                yield group
                group = []
            group.append(line)
        if group:
            yield group

    def _continues(self, group: list[Line], line: Line) -> bool:
        before = group[-1]
        if before.is_row or line.is_row:
            return before.is_row and line.is_row
        if (
            abs(before.foot - line.base) < 0.7 * before.size
            and line.left > before.right - line.size
        ):
            return True  # goes on beside it: a raised mark, a change of font
        if self._levels[id(before)] != self._levels[id(line)] or BULLET.match(line.text):
            return False
        if abs(before.size - line.size) > 0.1 * before.size:
            return False
        down = before.foot - line.base
        if not -0.5 * line.size <= down <= 1.75 * line.size:
            # The next column or page goes on in the middle of a sentence.
            return line.base > before.base and not _ends(before.text)
        ended_early = before.right < max(part.right for part in group) - 4 * line.size
        return not (ended_early and _ends(before.text))

    def _block(self, group: list[Line], page: int) -> Iterator[Block]:
        if group[0].is_row and len(group) > 1:
            if block := table([list(line.cells) for line in group], page):
                yield block
            return
        text = _joined(group)
        level = self._levels[id(group[0])]
        if level and len(group) <= 2 and len(text) <= LONGEST_HEADING and re.search(r"\w", text):
            yield Block("heading", text, level, page)
        elif BULLET.match(text) and not re.match(r"\(?[a-z\d]", text):
            yield Block("item", BULLET.sub("", text, count=1), page=page)
        else:
            yield Block("paragraph", text, page=page)

    def _level(self, line: Line) -> int:
        """How high a heading this line is by its looks, from 1; 0 for running text."""
        upright = line.right - line.left > 0.15 * line.size * len(line.text)
        if len(line.text) > LONGEST_HEADING or not upright:
            return 0
        if line.size > self._body * LARGER:
            return min(self._larger.index(line.size) + 1, 5)
        bold = line.bold and self._bold[False] > self._bold[True]
        if bold or NUMBERED.match(line.text):
            return 0 if re.search(r"[.,;:。，；：]$", line.text) else 6
        return 0


def _ends(text: str) -> bool:
    return text.rstrip("”\"')]」』）").endswith(
        (".", "!", "?", ":", ";", "。", "！", "？", "：", "；")
    )


def _joined(lines: list[Line]) -> str:
    text = lines[0].text
    for line in lines[1:]:
        glued = WIDE.match(text[-1:]) and WIDE.match(line.text[:1])
        text += line.text if glued else " " + line.text
    return text
