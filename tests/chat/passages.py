"""Passages as a search would give them."""

from __future__ import annotations

from typing import Any

from app.knowledge.retrieval import Passage


def passage(text: str, **more: Any) -> Passage:
    """A passage that holds all words of the question, where nothing else is said."""
    start = more.pop("start", 0)
    given = {"document": "doc-1", "name": "a.txt", "pages": (), "words": 1.0, "similarity": None}
    return Passage(
        source="upload:a.txt",
        chunks=(1,),
        text=text,
        path=(),
        start=start,
        end=start + len(text),
        score=1.0,
        **(given | more),
    )
