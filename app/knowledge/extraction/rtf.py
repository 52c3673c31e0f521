"""Rich Text Format."""

from __future__ import annotations

import re
from collections.abc import Iterator

from striprtf.striprtf import rtf_to_text

from app.knowledge.block import Block, table
from app.knowledge.extraction.reading import Damaged, Reading


def read(data: bytes, _reading: Reading) -> Iterator[Block]:
    """The blocks of an RTF file: paragraphs, and the rows of its tables."""
    try:
        text: str = rtf_to_text(data.decode("latin-1"), encoding=_code_page(data), errors="replace")
    except (ValueError, IndexError, KeyError) as error:
        raise Damaged(str(error)) from error
    rows: list[list[str]] = []
    for line in [*text.split("\n"), ""]:
        if line.rstrip().endswith("|"):
            rows.append(line.rstrip().rstrip("|").split("|"))
            continue
        if block := table(rows):
            yield block
        rows = []
        if line.strip():
            yield Block("paragraph", line.strip())


def _code_page(data: bytes) -> str:
    found = re.search(rb"\\ansicpg(\d+)", data)
    return f"cp{found.group(1).decode()}" if found else "cp1252"
