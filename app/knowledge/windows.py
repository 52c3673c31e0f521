"""Cuts a chunk into the windows that each get a vector. Pure.

One vector for all of a chunk says of none of its sentences much; a few smaller ones find what a
question in other words, or in another language, asks for.
"""

from __future__ import annotations

from app.knowledge import sentences
from app.knowledge.tokens import estimate

MOST_TOKENS = 160


def windows(text: str) -> list[str]:
    """Stretches of whole sentences, of about the same size, that together are the text."""
    spans = [(start, end, estimate(text[start:end])) for start, end in sentences.spans(text)]
    total = sum(tokens for *_, tokens in spans)
    share = total / max(1, round(total / MOST_TOKENS + 0.5))
    cut: list[str] = []
    start, gathered = 0, 0
    for _, end, tokens in spans:
        gathered += tokens
        if gathered >= share and text[end:].strip():
            cut.append(text[start:end].strip())
            start, gathered = end, 0
    rest = text[start:].strip()
    return [*cut, rest] if rest else cut
