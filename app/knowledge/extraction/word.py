"""Word .docx: headings by style, lists, tables, notes; pages as Word last laid them out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from app.knowledge.block import Block, table
from app.knowledge.extraction.ooxml import Package, attribute, children, local
from app.knowledge.extraction.reading import Reading

BODY = "word/document.xml"
NOTES = ("word/footnotes.xml", "word/endnotes.xml", "word/comments.xml")


def read(data: bytes, reading: Reading) -> Iterator[Block]:
    """The blocks of a .docx file."""
    package = Package(data)
    document = _Document(_heading_styles(package))
    yield from document.blocks(package.xml(BODY))
    for name in [*_named(package, "header"), *NOTES, *_named(package, "footer")]:
        if name in package.names:
            yield from _Document({}).blocks(package.xml(name), paged=False)
    for page in range(document.page):
        reading.page_done(page + 1, document.page)


def _named(package: Package, kind: str) -> list[str]:
    return sorted(name for name in package.names if re.match(rf"word/{kind}\d*\.xml$", name))


def _heading_styles(package: Package) -> dict[str, int]:
    """Style id -> level, for styles that are headings by name or by outline level."""
    if "word/styles.xml" not in package.names:
        return {}
    levels: dict[str, int] = {}
    for style in children(package.xml("word/styles.xml"), "style"):
        name = next((attribute(child, "val") for child in children(style, "name")), "")
        found = re.match(r"(?:heading|标题)\s*([1-9])$", name, re.I)
        outline = [attribute(node, "val") for node in style.iter() if local(node) == "outlineLvl"]
        if found:
            levels[attribute(style, "styleId")] = int(found.group(1))
        elif name.lower() == "title":
            levels[attribute(style, "styleId")] = 1
        elif outline and outline[0].isdigit() and int(outline[0]) < 9:
            levels[attribute(style, "styleId")] = int(outline[0]) + 1
    return levels


class _Document:
    def __init__(self, heading_styles: dict[str, int]) -> None:
        self.page = 1
        self._heading_styles = heading_styles

    def blocks(self, root: Element, paged: bool = True) -> Iterator[Block]:
        for child in root:
            kind = local(child)
            if kind == "p":
                yield from self._paragraph(child, paged)
            elif kind == "tbl":
                if block := table(self._rows(child), self.page if paged else None):
                    yield block
            elif kind not in ("sectPr", "pPr", "rPr"):
                yield from self.blocks(child, paged)

    def _paragraph(self, node: Element, paged: bool) -> Iterator[Block]:
        text = " ".join(self._text(node).replace("\n", " \n").split(" ")).strip()
        page = self.page if paged else None
        for box in (box for box in node.iter() if local(box) == "txbxContent"):
            yield from self.blocks(box, paged)
        if not text:
            return
        level, listed = self._style(node)
        if level:
            yield Block("heading", " ".join(text.split()), level, page)
        else:
            yield Block("item" if listed else "paragraph", text, page=page)

    def _style(self, node: Element) -> tuple[int, bool]:
        for properties in children(node, "pPr"):
            style = next((attribute(s, "val") for s in children(properties, "pStyle")), "")
            outline = [attribute(o, "val") for o in children(properties, "outlineLvl")]
            level = self._heading_styles.get(style, 0)
            if outline and outline[0].isdigit() and int(outline[0]) < 9:
                level = int(outline[0]) + 1
            return level, any(children(properties, "numPr"))
        return 0, False

    def _text(self, node: Element) -> str:
        pieces: list[str] = []
        for child in node:
            kind = local(child)
            if kind == "t":
                pieces.append(child.text or "")
            elif kind in ("tab", "ptab"):
                pieces.append(" ")
            elif kind == "lastRenderedPageBreak" or (
                kind == "br" and attribute(child, "type") == "page"
            ):
                self.page += 1
            elif kind in ("br", "cr"):
                pieces.append("\n")
            elif kind == "noBreakHyphen":
                pieces.append("-")
            elif kind not in ("txbxContent", "pPr", "rPr", "del", "instrText", "Fallback"):
                pieces.append(self._text(child))
        return "".join(pieces)

    def _rows(self, node: Element) -> list[list[str]]:
        return [
            [
                " ".join(
                    self._text(paragraph) for paragraph in cell.iter() if local(paragraph) == "p"
                )
                for cell in children(row, "tc")
            ]
            for row in children(node, "tr")
        ]
