"""What a document is made of once it is read: blocks in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["part", "heading", "paragraph", "item", "table", "code", "recording"]


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document.

    A "part" begins a file inside the file (an attachment, a member of an archive) and carries
    its name. A "table" holds Markdown rows, the header first. A "recording" stands for what is said
    in a file inside the file, until that was heard, and carries its place.
    """

    kind: Kind
    text: str
    level: int = 0  # of a heading, from 1; of a part, how deep it is nested, from 1
    page: int | None = None  # from 1: page, slide or sheet

    @property
    def is_read(self) -> bool:
        """Whether it holds something of what the document says."""
        return self.kind not in ("part", "recording")


def table(rows: list[list[str]], page: int | None = None) -> Block | None:
    """Rows of cells as a Markdown table; None where every cell is empty."""
    rows = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows]
    rows = [row for row in rows if any(row)]
    if not rows:
        return None
    width = max(i + 1 for row in rows for i in range(len(row)) if row[i])
    lines = ["| " + " | ".join((row + [""] * width)[:width]) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return Block("table", "\n".join(lines), page=page)
