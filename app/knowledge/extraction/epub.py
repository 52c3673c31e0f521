"""EPUB: the chapters in their reading order."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from app.knowledge.block import Block
from app.knowledge.encodings import decode
from app.knowledge.extraction import html
from app.knowledge.extraction.ooxml import Package, attribute, local
from app.knowledge.extraction.reading import Damaged, Protected, Reading


def read(data: bytes, reading: Reading) -> Iterator[Block]:
    """The blocks of an EPUB; pages count its chapters."""
    package = Package(data)
    chapters = _chapters(package)
    locked = "META-INF/encryption.xml" in package.names
    if locked and chapters and b"<" not in package.read(chapters[0])[:2048]:
        raise Protected("META-INF/encryption.xml")
    for number, name in enumerate(chapters, 1):
        try:
            text = decode(package.read(name))
        except Damaged:
            reading.problem("page", number)
            continue
        for block in html.blocks(text):
            yield Block(block.kind, block.text, block.level, number)
        reading.page_done(number, len(chapters))


def _chapters(package: Package) -> list[str]:
    container = package.xml("META-INF/container.xml")
    opf = next((attribute(n, "full-path") for n in container.iter() if local(n) == "rootfile"), "")
    root = package.xml(opf)
    folder = posixpath.dirname(opf)
    files = {attribute(n, "id"): attribute(n, "href") for n in root.iter() if local(n) == "item"}
    spine = [attribute(n, "idref") for n in root.iter() if local(n) == "itemref"]
    names = [
        posixpath.normpath(posixpath.join(folder, unquote(files[i]))) for i in spine if i in files
    ]
    return [name for name in names if name in package.names]
