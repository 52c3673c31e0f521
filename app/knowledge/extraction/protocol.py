"""What the child says to its parent: one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from app.knowledge.block import Block
from app.knowledge.report import Report, problem_of

Message = Block | Report | tuple[int, int]  # a page that is done, of so many


def encoded(message: Message) -> str:
    """One line, without its end."""
    if isinstance(message, Block):
        return json.dumps({"block": asdict(message)}, ensure_ascii=True)
    if isinstance(message, Report):
        return json.dumps({"report": asdict(message)}, ensure_ascii=True)
    return json.dumps({"page": message})


def decoded(line: str) -> Message:
    """The message of one line. Raises: ValueError, KeyError, TypeError."""
    said: dict[str, Any] = json.loads(line)
    if "block" in said:
        return Block(**said["block"])
    if "report" in said:
        problems = tuple(map(problem_of, said["report"].pop("problems")))
        return Report(**said["report"], problems=problems)
    page, pages = said["page"]
    return int(page), int(pages)
