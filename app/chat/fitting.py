"""The passages that a prompt has room for, each cut down to what bears on the question. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.knowledge.retrieval import Passage

Count = Callable[[str], int]

MOST_PER_PASSAGE = 600  # tokens; three neighbours joined have more than twice as many
LEAST_PER_PASSAGE = 60  # less of a passage than this helps nobody


def fitted(
    passages: Sequence[Passage], question: str, most_tokens: int, count: Count, around: int
) -> list[Passage]:
    """The best passages in that many tokens, best first, each whole or its best part.

    `count`: the tokens of a text; `around`: those of what stands around each passage.
    """
    kept: list[Passage] = []
    left = most_tokens
    for passage in passages:
        room = min(left - around, MOST_PER_PASSAGE)
        if room < LEAST_PER_PASSAGE:
            break
        part = best_part(passage, question, room, count)
        kept.append(part)
        left -= around + count(part.text)
    return kept


def best_part(passage: Passage, question: str, most_tokens: int, count: Count) -> Passage:
    """The run of sentences that holds most of the question's words; where none fits, its head."""
    if count(passage.text) <= most_tokens:
        return passage
    from app import terms
    from app.knowledge import sentences

    spans = list(sentences.spans(passage.text))
    sizes = [count(passage.text[start:end]) for start, end in spans]
    wanted = terms.of_query(question)
    best: tuple[float, int, int] | None = None
    for first in range(len(spans)):
        end = _reach(sizes, first, most_tokens)
        if end == first:
            continue
        worth = terms.coverage(wanted, passage.text[spans[first][0] : spans[end - 1][1]])
        if best is None or worth > best[0]:
            best = (worth, first, end)
    if best is None:
        return _head(passage, most_tokens, count)
    _, first, end = best
    return _cut(passage, spans[first][0], spans[end - 1][1])


def _reach(sizes: Sequence[int], first: int, most: int) -> int:
    """How far a run from there goes."""
    total, end = 0, first
    while end < len(sizes) and total + sizes[end] <= most:
        total += sizes[end]
        end += 1
    return end


def _head(passage: Passage, most: int, count: Count) -> Passage:
    """As much of the beginning as fits, whatever ends there: tables may have no sentences."""
    end = len(passage.text)
    while (size := count(passage.text[:end])) > most:
        end = min(end - 1, end * most // size)
    return _cut(passage, 0, end)


def _cut(passage: Passage, start: int, end: int) -> Passage:
    text = passage.text[start:end].rstrip()
    begin = passage.start + start
    stop = begin + len(text)
    before = [page for at, page in passage.pages if at <= begin]
    inside = [(at, page) for at, page in passage.pages if begin < at < stop]
    pages = (*((begin, page) for page in before[-1:]), *inside)
    return replace(passage, text=text, start=begin, end=stop, pages=pages)
