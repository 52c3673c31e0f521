"""Word .doc (97 to 2003): the text by its piece table, with tables and pages.

Source: [MS-DOC] 2.4.1 "Retrieving Text", 2.9.38 "Clx".
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from app.knowledge.block import Block, table
from app.knowledge.extraction import ole
from app.knowledge.extraction.reading import Damaged, Protected, Reading

MAGIC = 0xA5EC
ENCRYPTED, TABLE_1 = 0x0100, 0x0200  # FibBase flags at 0x0A
CLX_AT = 0x01A2
CELL, PAGE_BREAK = "\x07", "\x0c"
FIELD = re.compile(r"\x13[^\x13\x14\x15]*(?:\x14([^\x13\x15]*))?\x15")


def read(data: bytes, reading: Reading) -> Iterator[Block]:
    """The blocks of a .doc file."""
    with ole.opened(data) as file:
        main = ole.stream(file, "WordDocument")
        tables = {name: ole.stream(file, name) for name in ("0Table", "1Table")}
    try:
        text = _text(main, tables)
    except (struct.error, IndexError) as error:
        raise Damaged(str(error)) from error
    pages = text.rstrip("\r\n\x0c ").split(PAGE_BREAK)
    for number, page in enumerate(pages, 1):
        yield from _blocks(page, number)
        reading.page_done(number, len(pages))


def _text(main: bytes, tables: dict[str, bytes]) -> str:
    magic, flags = struct.unpack_from("<H8xH", main)
    if magic != MAGIC:
        raise Damaged("not a Word 97 document")
    if flags & ENCRYPTED:
        raise Protected("encrypted")
    at, size = struct.unpack_from("<II", main, CLX_AT)
    clx = tables["1Table" if flags & TABLE_1 else "0Table"][at : at + size]
    text = "".join(_pieces(main, clx))
    while FIELD.search(text):  # fields may be nested: keep what they show
        text = FIELD.sub(lambda found: found.group(1) or "", text)
    return text


def _pieces(main: bytes, clx: bytes) -> Iterator[str]:
    at = 0
    while clx[at] == 1:  # formatting, before the piece table
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    size = struct.unpack_from("<I", clx, at + 1)[0]
    count = (size - 4) // 12
    positions = struct.unpack_from(f"<{count + 1}I", clx, at + 5)
    for index in range(count):
        where = struct.unpack_from("<I", clx, at + 5 + 4 * (count + 1) + 8 * index + 2)[0]
        length = positions[index + 1] - positions[index]
        if where & 0x4000_0000:  # one byte for each character
            start = (where & 0x3FFF_FFFF) // 2
            yield main[start : start + length].decode("cp1252", "replace")
        else:
            yield main[where : where + 2 * length].decode("utf-16-le", "replace")


def _blocks(page: str, number: int) -> Iterator[Block]:
    rows: list[list[str]] = []
    for line in page.replace("\x0b", "\n").split("\r"):
        # A row's cells each end in a mark, and so does the row: "a\7b\7\7".
        *row_texts, rest = re.split(r"(?<=\x07)\x07", line)
        rows.extend([_clean(cell) for cell in text.split(CELL)] for text in row_texts)
        if CELL in rest:
            rows.append([_clean(cell) for cell in rest.split(CELL)])
            continue
        if not _clean(rest):
            continue
        if block := table(rows, number):
            yield block
        rows = []
        yield Block("paragraph", _clean(rest), page=number)
    if block := table(rows, number):
        yield block


def _clean(text: str) -> str:
    text = text.replace("\x1e", "-").replace("\xa0", " ")
    return re.sub(r"[\x00-\x09\x0e-\x1f]", "", text).strip()
