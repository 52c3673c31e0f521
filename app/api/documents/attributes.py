"""Attributes of files in vector stores, and filters that compare them.

Source: OpenAI's API reference, "Search vector store".
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from app.api.documents.files import PURPOSE
from app.api.wire import wrong
from app.language import Text

if TYPE_CHECKING:
    from app.knowledge.documents import Document
    from app.knowledge.labels import Label

Test = Callable[[Mapping[str, Any]], bool]
State = Literal["in_progress", "completed", "failed"]

BATCH = "openai_batch"  # among a document's metadata: the batch that it came with
_OURS = (PURPOSE, BATCH)
DEEPEST = 8  # filters within filters

_NO_FILTER = Text(
    "must be a comparison (type, key, value) or a compound filter (type and/or, filters)",
    "应为比较条件（type、key、value）或组合条件（type 为 and/or，及 filters）",
)

_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda held, wanted: held in wanted,
    "nin": lambda held, wanted: held not in wanted,
}
_TOGETHER = {"and": all, "or": any}


def of(document: Document) -> dict[str, Any]:
    """The attributes that a document has."""
    return {name: value for name, value in document.metadata.items() if name not in _OURS}


def state(document: Document, label: Label, embeds: bool) -> State:
    """How far a document in a collection is."""
    if document.report.refused:
        return "failed"
    return "in_progress" if embeds and label.waiting else "completed"


def filter_of(sent: Any, field: str = "filters", depth: int = 0) -> Test:
    """What tells whether attributes fit a filter. Raises: BadRequest."""
    match sent:
        case {"type": "and" | "or" as how, "filters": list() as parts} if depth < DEEPEST:
            tests = [
                filter_of(each, f"{field}.filters[{at}]", depth + 1)
                for at, each in enumerate(parts)
            ]
            return lambda held: _TOGETHER[how](fits(held) for fits in tests)
        case {"type": "in" | "nin" as how, "key": str() as key, "value": list() as wanted}:
            return _comparison(how, key, wanted)
        case {
            "type": str() as how,
            "key": str() as key,
            "value": str() | float() | int() as wanted,
        }:
            if how in _COMPARED and how not in ("in", "nin"):
                return _comparison(how, key, wanted)
    raise wrong(field, _NO_FILTER)


def _comparison(how: str, key: str, wanted: Any) -> Test:
    def fits(held: Mapping[str, Any]) -> bool:
        if key not in held:
            return how in ("ne", "nin")
        try:
            return _COMPARED[how](held[key], wanted)
        except TypeError:  # a number and a text have no order
            return False

    return fits
