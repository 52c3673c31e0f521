"""Small .doc, .ppt, .xls and .msg files, made from scratch."""

from __future__ import annotations

import struct

from tests.knowledge.compound import compound

TEXT_AT = 1024
ENCRYPTED, TABLE_1 = 0x0100, 0x0200


def doc(latin: str, wide: str = "", encrypted: bool = False) -> bytes:
    """Word: a text in two pieces, of one and of two bytes a character. Source: [MS-DOC] 2.4.1."""
    pieces = latin.encode("cp1252"), wide.encode("utf-16-le")
    ends = (0, len(latin), len(latin) + len(wide))
    wide_at = TEXT_AT + len(pieces[0])
    places = [TEXT_AT * 2 | 0x4000_0000, wide_at]
    table = struct.pack("<3I", *ends) + b"".join(struct.pack("<HIH", 0, at, 0) for at in places)
    formatting = b"\1" + struct.pack("<H", 2) + b"\0\0"
    clx = formatting + b"\2" + struct.pack("<I", len(table)) + table
    fib = bytearray(TEXT_AT)
    struct.pack_into("<H8xH", fib, 0, 0xA5EC, TABLE_1 | (ENCRYPTED if encrypted else 0))
    struct.pack_into("<II", fib, 0x01A2, 0, len(clx))
    return compound({"WordDocument": bytes(fib) + b"".join(pieces), "1Table": clx})


def ppt(slides: list[tuple[str, str]]) -> bytes:
    """PowerPoint: slides of a title in the outline, and a text in a drawing. Source: [MS-PPT]."""

    def record(kind: int, body: bytes, container: bool = False) -> bytes:
        return struct.pack("<HHI", 0xF if container else 0, kind, len(body)) + body

    def text(kind: int, said: str) -> bytes:
        return record(3999, struct.pack("<I", kind)) + record(4000, said.encode("utf-16-le"))

    outline = b"".join(record(1011, bytes(20)) + text(0, title) for title, _ in slides)
    deck = record(1000, record(4080, outline, True), True)
    deck += b"".join(record(1006, text(4, said), True) for _, said in slides)
    return compound({"Current User": bytes(20), "PowerPoint Document": deck})


def xls(sheet: str, rows: list[list[str | float]]) -> bytes:
    """Excel: one sheet of texts and numbers. Source: [MS-XLS]."""

    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def begin(substream: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, substream, 0, 0, 0, 0))

    def cell(row: int, column: int, value: str | float) -> bytes:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            said = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
            return record(0x0204, place + said)
        return record(0x0203, place + struct.pack("<d", value))

    name = struct.pack("<BB", len(sheet), 1) + sheet.encode("utf-16-le")
    at = len(begin(5) + record(0x0085, struct.pack("<IH", 0, 0) + name) + record(0x000A))
    book = begin(5) + record(0x0085, struct.pack("<IH", at, 0) + name) + record(0x000A)
    cells = [cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row)]
    return compound({"Workbook": book + begin(0x10) + b"".join(cells) + record(0x000A)})


def msg(subject: str, text: str, attachments: dict[str, bytes] | None = None) -> bytes:
    """Outlook: a message with attachments. Source: [MS-OXMSG] 2.1."""
    ticks = 133_157_018_560_000_000  # 2022-12-16 22:04:16 UTC
    sent = bytes(32) + struct.pack("<IIQ", 0x0039_0040, 0, ticks)
    streams = {"__properties_version1.0": sent, "__nameid_version1.0/x": b""}
    for tag, said in (("0037", subject), ("0C1A", "Ann"), ("1000", text)):
        streams[f"__substg1.0_{tag}001F"] = said.encode("utf-16-le")
    for number, (name, content) in enumerate((attachments or {}).items()):
        folder = f"__attach_version1.0_#{number:08X}"
        streams[f"{folder}/__substg1.0_3707001F"] = name.encode("utf-16-le")
        streams[f"{folder}/__substg1.0_37010102"] = content
    return compound(streams)
