"""Where sentences end, in Chinese, English and what is written like them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A full stop inside "3.14", "e.g." or "Dr." ends nothing.
# Marks of Markdown that end with a sentence belong to it: "**So it is.** And then".
CLOSING = r"(?:[”’」』）)\]\"']|[*_~]+(?=[\s”’」』）)\]\"']|$))*"
END = re.compile(
    rf"[。！？；…!?]+{CLOSING}\s*"
    r"|(?<!\b[A-Z])(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bNo)(?<!\bvs)(?<!\bMrs)(?<!\bFig)(?<!\be\.g)(?<!\bi\.e)"
    rf"\.{CLOSING}(?=\s|$)\s*"
    r"|\n+"
)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text as ranges that together cover all of it."""
    start = 0
    for end in END.finditer(text):
        if text[start : end.end()].strip():
            yield start, end.end()
            start = end.end()
    if text[start:].strip():
        yield start, len(text)
