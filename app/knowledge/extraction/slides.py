"""PowerPoint .pptx: each slide a page, its title a heading, with tables and speaker's notes."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from app.knowledge.block import Block, table
from app.knowledge.extraction.ooxml import Package, attribute, children, local
from app.knowledge.extraction.reading import Reading

DECK = "ppt/presentation.xml"


def read(data: bytes, reading: Reading) -> Iterator[Block]:
    """The blocks of a .pptx file, in the order in which the slides are shown."""
    package = Package(data)
    names = _slides(package)
    for number, name in enumerate(names, 1):
        yield from _shapes(package.xml(name), number)
        for kind, notes in package.relations(name).values():
            if kind in ("notesSlide", "comments") and notes in package.names:
                yield from _shapes(package.xml(notes), number)
        reading.page_done(number, len(names))


def _slides(package: Package) -> list[str]:
    relations = package.relations(DECK)
    shown = [node for node in package.xml(DECK).iter() if local(node) == "sldId"]
    ids = [next(v for k, v in node.attrib.items() if k.endswith("}id")) for node in shown]
    return [relations[key][1] for key in ids if relations.get(key, ("", ""))[1] in package.names]


def _shapes(root: Element, page: int) -> Iterator[Block]:
    for node in root:
        kind = local(node)
        if kind == "sp":
            yield from _shape(node, page)
        elif kind == "tbl":
            rows = [[_text(cell) for cell in children(row, "tc")] for row in children(node, "tr")]
            if block := table(rows, page):
                yield block
        elif kind == "text" and (node.text or "").strip():  # a comment
            yield Block("paragraph", (node.text or "").strip(), page=page)
        elif kind == "pt" or kind == "p":
            if text := _text(node):
                yield Block("paragraph", text, page=page)
        elif kind != "Fallback":
            yield from _shapes(node, page)


def _shape(node: Element, page: int) -> Iterator[Block]:
    roles = [attribute(holder, "type") for holder in node.iter() if local(holder) == "ph"]
    role = roles[0] if roles else ""
    if role in ("sldNum", "dt", "ftr", "sldImg"):
        return
    for paragraph in (part for part in node.iter() if local(part) == "p"):
        if text := _text(paragraph):
            if role in ("title", "ctrTitle"):
                yield Block("heading", " ".join(text.split()), 1, page)
            else:
                yield Block("paragraph", text, page=page)


def _text(node: Element) -> str:
    pieces: list[str] = []
    for part in node.iter():
        if local(part) == "t":
            pieces.append(part.text or "")
        elif local(part) == "br":
            pieces.append("\n")
        elif local(part) == "p" and pieces:
            pieces.append(" ")
    return "".join(pieces).strip()
