"""HTML: headings, paragraphs, lists and tables, without what only steers the browser."""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.knowledge.block import Block, table
from app.knowledge.encodings import declared_in, decode
from app.knowledge.extraction.reading import Reading

SKIPPED = {
    *("script", "style", "noscript", "template", "head", "nav", "svg", "iframe", "object"),
    *("select", "option", "button", "ix:header", "-comment"),
}
INLINE = {
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn"),
    *("em", "font", "i", "img", "input", "ins", "kbd", "label", "mark", "q", "ruby", "s", "samp"),
    *("small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
}
HEADINGS = {f"h{level}": level for level in range(1, 7)}


def read(data: bytes, _reading: Reading) -> Iterator[Block]:
    """The blocks of an HTML file."""
    yield from blocks(decode(data, declared_in(data)))


def title(text: str) -> str:
    """The page's own title, or nothing."""
    node = LexborHTMLParser(text).css_first("title")
    return " ".join(node.text().split()) if node else ""


def blocks(text: str) -> Iterator[Block]:
    """The blocks of HTML text."""
    tree = LexborHTMLParser(text)
    if tree.body is not None:
        yield from _Walk().blocks(tree.body)


class _Walk:
    """Gathers inline text until an element that begins a new block."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def blocks(self, root: LexborNode) -> Iterator[Block]:
        yield from self._children(root)
        yield from self._paragraph()

    def _children(self, node: LexborNode) -> Iterator[Block]:
        child = node.first_child
        while child is not None:
            yield from self._node(child)
            child = child.next

    def _node(self, node: LexborNode) -> Iterator[Block]:
        tag = node.tag or ""
        if tag == "-text":
            self._pieces.append(node.text_content or "")
        elif tag == "br":
            self._pieces.append("\n")
        elif tag in SKIPPED:
            return
        elif tag in INLINE or ":" in tag:
            yield from self._children(node)
        else:
            yield from self._paragraph()
            yield from self._block(node, tag)

    def _block(self, node: LexborNode, tag: str) -> Iterator[Block]:
        if tag == "table" and not node.css("table table"):
            yield from _table(node)
        elif tag == "pre":
            if code := (node.text() or "").strip("\n"):
                yield Block("code", code)
        else:
            yield from self._children(node)
            yield from self._paragraph(tag)

    def _paragraph(self, tag: str = "p") -> Iterator[Block]:
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        text = "\n".join(line for line in lines if line)
        self._pieces.clear()
        if not text:
            return
        if tag in HEADINGS:
            yield Block("heading", " ".join(text.split()), HEADINGS[tag])
        else:
            yield Block("item" if tag == "li" else "paragraph", text)


def _table(node: LexborNode) -> Iterator[Block]:
    rows = [[cell.text(separator=" ") for cell in row.css("td, th")] for row in node.css("tr")]
    if all(sum(map(bool, map(str.strip, row))) <= 1 for row in rows):
        # A table with one column of content only lays out the page.
        for row in rows:
            if text := " ".join(" ".join(row).split()):
                yield Block("paragraph", text)
    elif block := table(rows):
        yield block
