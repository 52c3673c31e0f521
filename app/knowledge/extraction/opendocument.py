"""OpenDocument text and presentations."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from app.knowledge.block import Block, table
from app.knowledge.extraction.ooxml import Package, attribute, children, local
from app.knowledge.extraction.reading import Protected, Reading


def read(data: bytes, reading: Reading) -> Iterator[Block]:
    """The blocks of an .odt or .odp file."""
    package = Package(data)
    manifest = "META-INF/manifest.xml"
    if manifest in package.names and b"encryption-data" in package.read(manifest):
        raise Protected(manifest)
    walk = _Walk()
    yield from walk.blocks(package.xml("content.xml"))
    for page in range(walk.slide or walk.page):
        reading.page_done(page + 1, walk.slide or walk.page)


class _Walk:
    def __init__(self) -> None:
        self.page = 1
        self.slide = 0

    def blocks(self, root: Element, listed: bool = False) -> Iterator[Block]:
        for node in root:
            kind = local(node)
            if kind == "page":
                self.slide += 1
                yield from self.blocks(node)
            elif kind == "h":
                if text := " ".join(self._text(node).split()):
                    level = attribute(node, "outline-level")
                    yield Block("heading", text, int(level) if level.isdigit() else 1, self._at)
            elif kind == "p":
                yield from self._paragraph(node, listed)
            elif kind == "table":
                if block := table(self._rows(node), self._at):
                    yield block
            elif kind not in ("tracked-changes", "automatic-styles", "styles", "forms"):
                yield from self.blocks(node, listed or kind == "list-item")

    @property
    def _at(self) -> int:
        return self.slide or self.page

    def _paragraph(self, node: Element, listed: bool) -> Iterator[Block]:
        text = self._text(node).strip()
        if text:
            yield Block("item" if listed else "paragraph", text, page=self._at)
        for frame in (part for part in node.iter() if local(part) == "text-box"):
            yield from self.blocks(frame)

    def _text(self, node: Element) -> str:
        pieces = [node.text or ""]
        for child in node:
            kind = local(child)
            if kind == "s":
                pieces.append(" " * int(attribute(child, "c") or 1))
            elif kind == "tab":
                pieces.append(" ")
            elif kind == "line-break":
                pieces.append("\n")
            elif kind == "soft-page-break":
                self.page += 1
            elif kind == "note":
                pieces.extend(
                    f" ({self._text(body).strip()})" for body in children(child, "note-body")
                )
            elif kind not in ("annotation", "text-box"):
                pieces.append(self._text(child))
            pieces.append(child.tail or "")
        return "".join(pieces)

    def _rows(self, node: Element) -> list[list[str]]:
        rows: list[list[str]] = []
        for row in (part for part in node.iter() if local(part) == "table-row"):
            cells = [cell for cell in row if local(cell) in ("table-cell", "covered-table-cell")]
            rows.append([" ".join(self._text(cell).split()) for cell in cells])
        return rows
