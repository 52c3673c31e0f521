"""An answer on its way, as plain events: whoever keeps it or speaks it needs no protocol."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from app.api.documents.answering import Begun
from app.api.gathered import Gathered
from app.chat.reply import Content, Finished, Reasoning
from app.chat.searching import Found

SEARCH = "search_documents"

Piece = dict[str, Any]
"""Some of: text, thinking; sources, citations, calls (more of each)."""


def pieces(started: Begun, gathered: Gathered) -> Iterator[Piece]:
    """What comes of an answer, which `gathered` takes, too. Raises: as its replies."""
    sources = started.sources
    if sources and sources.looked:
        yield _plain(sources.fields())
    for _, item in started.replies:
        if isinstance(item, Found):
            arguments = msgspec.json.encode({"query": item.query}).decode()
            more = sources.fields(item.passages) if sources and item.passages else {}
            yield {"calls": [{"name": SEARCH, "arguments": arguments}], **_plain(more)}
            continue
        gathered.take(item)
        piece: Piece = {}
        if isinstance(item, Content):
            piece = {"text": item.text, **(sources.cited(0, item.text) if sources else {})}
        elif isinstance(item, Reasoning):
            piece = {"thinking": item.text}
        elif isinstance(item, Finished) and sources:
            piece = sources.cited_last(0)
        if any(piece.values()):
            yield _plain(piece)
    if gathered.calls:
        calls = [{"name": each.name, "arguments": each.arguments} for each in gathered.calls]
        yield {"calls": calls}


def _plain(piece: Piece) -> Piece:
    plain: Piece = msgspec.to_builtins(piece)
    return plain
