"""Evernote .enex: the notes with their attachments."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, iterparse

from app.knowledge.block import Block
from app.knowledge.extraction import html
from app.knowledge.extraction.reading import Damaged, Reading


def read(data: bytes, reading: Reading) -> Iterator[Block]:
    """The blocks of every note; pages count the notes."""
    total = data.count(b"<note>")
    number = 0
    try:
        for _, element in iterparse(BytesIO(data)):
            if element.tag == "note":
                number += 1
                yield from _note(element, number, reading)
                element.clear()
                reading.page_done(number, total)
    except ParseError as error:
        if not number:
            raise Damaged(str(error)) from error
        reading.problem("page", number + 1)


def _note(note: Element, number: int, reading: Reading) -> Iterator[Block]:
    yield Block("heading", (note.findtext("title") or "").strip() or "…", 1, number)
    if tags := [tag.text for tag in note.findall("tag") if tag.text]:
        yield Block("paragraph", "Tags: " + ", ".join(tags), page=number)
    for block in html.blocks(note.findtext("content") or ""):
        yield Block(block.kind, block.text, block.level + 1 if block.level else 0, number)
    for resource in note.findall("resource"):
        name = resource.findtext("resource-attributes/file-name") or "attachment"
        try:
            content = base64.b64decode(resource.findtext("data") or "")
        except binascii.Error:
            reading.problem("damaged", number, name)
            continue
        if content:
            yield from reading.inner(content, name)
