"""Cuts a document into chunks along its own structure. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.knowledge import sentences
from app.knowledge.block import Block
from app.knowledge.tokens import estimate

MOST_PATH_CHARACTERS = 160
BETWEEN = "\n\n"


Pages = tuple[tuple[int, int], ...]
"""Where each page begins: (character of the document, number of the page), in order."""


def page_at(pages: Pages, character: int) -> int | None:
    """The page on which a character of the document stands."""
    before = [page for start, page in pages if start <= character]
    return before[-1] if before else None


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large chunks are, in tokens."""

    most: int = 440  # with its path in front a chunk stays below the embedding model's 512
    enough: int = 260  # from here on, a new heading begins a new chunk


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a document's text. Units: start and end count characters."""

    start: int
    end: int
    text: str
    path: tuple[str, ...]  # the files inside the file, and the headings, above its beginning
    pages: Pages

    @property
    def key(self) -> str:
        """What tells whether a changed document still has this chunk: its words and its path."""
        return hashlib.sha256("\0".join((*self.path, self.text)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Piece:
    """A block, or a part of a long one, with its place in the text."""

    start: int
    end: int
    tokens: int
    path: tuple[str, ...]
    page: int | None
    opens: int  # what it begins: 0 nothing, 1 a section, 2 a file inside the file


def text_of(blocks: Iterable[Block]) -> str:
    """The whole text of a document, which the places of its chunks refer to."""
    return BETWEEN.join(block.text for block in blocks)


def cut(blocks: list[Block], sizes: Sizes | None = None) -> Iterator[Chunk]:
    """The chunks of a document, in order; together they cover all of its text."""
    sizes = sizes or Sizes()
    text = text_of(blocks)
    gathered: list[Piece] = []
    for piece in _pieces(blocks, sizes.most):
        if gathered and _closes(gathered, piece, sizes):
            yield _chunk(gathered, text)
            gathered = []
        gathered.append(piece)
    if gathered:
        yield _chunk(gathered, text)


def _closes(gathered: list[Piece], piece: Piece, sizes: Sizes) -> bool:
    if all(before.opens for before in gathered):
        return False  # a heading stays with what it stands over
    tokens = sum(before.tokens for before in gathered)
    if piece.opens == 2 or tokens + piece.tokens > sizes.most:
        return True
    return piece.opens == 1 and tokens >= sizes.enough


def _pieces(blocks: list[Block], most: int) -> Iterator[Piece]:
    path = _Path()
    start = 0
    for block in blocks:
        path.enter(block)
        opens = {"part": 2, "heading": 1}.get(block.kind, 0)
        for first, last, tokens in _stretches(block, most):
            yield Piece(start + first, start + last, tokens, path.above, block.page, opens)
        start += len(block.text) + len(BETWEEN)


def _stretches(block: Block, most: int) -> Iterator[tuple[int, int, int]]:
    """A block's text in stretches that each fit a chunk: at rows or sentences, else anywhere.

    With each the number of its tokens.
    """
    if (all_of_it := estimate(block.text)) <= most:
        yield 0, len(block.text), all_of_it
        return
    start, tokens, end = 0, 0, 0
    for first, last in _units(block, most):
        size = estimate(block.text[first:last])
        if tokens and tokens + size > most:
            yield start, end, tokens
            start, tokens = first, 0
        tokens, end = tokens + size, last
    yield start, len(block.text), tokens


def _units(block: Block, most: int) -> Iterator[tuple[int, int]]:
    if block.kind in ("table", "code"):
        spans = _line_spans(block.text)
    else:
        spans = sentences.spans(block.text)
    for first, last in spans:
        size = estimate(block.text[first:last])
        if size <= most:
            yield first, last
            continue
        step = max(1, (last - first) * most // (size + 1))
        for at in range(first, last, step):
            yield at, min(at + step, last)


def _line_spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line)
        start += len(line)


def _chunk(pieces: list[Piece], text: str) -> Chunk:
    start, end = pieces[0].start, pieces[-1].end
    return Chunk(start, end, text[start:end], pieces[0].path, tuple(_page_starts(pieces)))


def _page_starts(pieces: list[Piece]) -> Iterator[tuple[int, int]]:
    current = None
    for piece in pieces:
        if piece.page is not None and piece.page != current:
            current = piece.page
            yield piece.start, current


class _Path:
    """The parts and headings that the current block stands under."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._headings: list[tuple[int, str]] = []
        self.above: tuple[str, ...] = ()

        self._stale = False

    def enter(self, block: Block) -> None:
        if block.kind == "part":
            self._parts = [*self._parts[: block.level - 1], block.text]
            self._headings = []
        elif block.kind == "heading":
            # The heading itself is in the text of the chunk that it begins.
            self._headings = [(lv, said) for lv, said in self._headings if lv < block.level]
        elif not self._stale:
            return
        self.above = _shortened([*self._parts, *(said for _, said in self._headings)])
        self._stale = block.kind == "heading"
        if self._stale:
            self._headings.append((block.level, block.text))


def _shortened(path: list[str]) -> tuple[str, ...]:
    """The nearest headings that fit into a line."""
    kept: list[str] = []
    room = MOST_PATH_CHARACTERS
    for name in reversed(path):
        name = " ".join(name.split())
        room -= len(name)
        if room < 0:
            break
        kept.insert(0, name)
    return tuple(kept)
