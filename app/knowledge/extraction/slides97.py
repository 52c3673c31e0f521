"""PowerPoint .ppt (97 to 2003): the text of slides and notes.

Source: [MS-PPT] 2.3.1 "RecordHeader", 2.13.24 "RecordType".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from app.knowledge.block import Block
from app.knowledge.extraction import ole
from app.knowledge.extraction.reading import Damaged, Protected, Reading

CONTAINER = 0xF
SLIDE, NOTES, LIST_WITH_TEXT, SLIDE_PERSIST, MASTER = 1006, 1008, 4080, 1011, 1016
TEXT_HEADER, TEXT_CHARS, TEXT_BYTES = 3999, 4000, 4008
TITLES = (0, 6)  # of TextTypeEnum: title, centred title
ENCRYPTED_TOKEN = b"\xdf\xc4\xd1\xf3"


def read(data: bytes, reading: Reading) -> Iterator[Block]:
    """The blocks of a .ppt file."""
    with ole.opened(data) as file:
        if ENCRYPTED_TOKEN in ole.stream(file, "Current User")[:16]:
            raise Protected("encrypted")
        deck = ole.stream(file, "PowerPoint Document")
    try:
        slides = _slides(deck)
    except (struct.error, RecursionError) as error:
        raise Damaged(str(error)) from error
    for number, texts in enumerate(slides, 1):
        seen: set[str] = set()
        for title, text in texts:
            if text not in seen:
                seen.add(text)
                yield Block("heading" if title else "paragraph", text, int(title), number)
        reading.page_done(number, len(slides))


def _slides(deck: bytes) -> list[list[tuple[bool, str]]]:
    """The texts of each slide, out of the outline and out of the drawings."""
    outline: list[list[tuple[bool, str]]] = []
    drawn: list[list[tuple[bool, str]]] = []
    for kind, _, body in _records(deck):
        if kind == SLIDE:
            drawn.append(list(_texts(body)))
        elif kind == NOTES and drawn:
            drawn[-1].extend(_texts(body))
        elif kind == 1000:  # the document
            for inner, inner_instance, part in _records(body):
                if inner == LIST_WITH_TEXT and inner_instance == 0:
                    outline = _outline(part)
    count = max(len(outline), len(drawn))
    both = [*outline, *[[]] * (count - len(outline))], [*drawn, *[[]] * (count - len(drawn))]
    return [first + second for first, second in zip(*both, strict=True)]


def _outline(body: bytes) -> list[list[tuple[bool, str]]]:
    slides: list[list[tuple[bool, str]]] = []
    title = False
    for kind, _, part in _records(body):
        if kind == SLIDE_PERSIST:
            slides.append([])
        elif kind == TEXT_HEADER:
            title = struct.unpack("<I", part[:4])[0] in TITLES
        elif slides:
            slides[-1].extend((title, text) for text in _lines(kind, part))
    return slides


def _texts(body: bytes) -> Iterator[tuple[bool, str]]:
    title = False
    for kind, _, part in _flat(body):
        if kind == TEXT_HEADER:
            title = struct.unpack("<I", part[:4])[0] in TITLES
        for text in _lines(kind, part):
            yield title, text


def _lines(kind: int, part: bytes) -> Iterator[str]:
    if kind == TEXT_CHARS:
        text = part.decode("utf-16-le", "replace")
    elif kind == TEXT_BYTES:
        text = part.decode("latin-1")
    else:
        return
    for line in text.replace("\x0b", "\n").split("\r"):
        if line.strip(" *\n"):
            yield line.strip()


def _records(body: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 8 <= len(body):
        version, kind, size = struct.unpack_from("<HHI", body, at)
        yield kind, version >> 4, body[at + 8 : at + 8 + size]
        at += 8 + size


def _flat(body: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 8 <= len(body):
        version, kind, size = struct.unpack_from("<HHI", body, at)
        part = body[at + 8 : at + 8 + size]
        if version & 0xF == CONTAINER:
            yield from _flat(part)
        else:
            yield kind, version >> 4, part
        at += 8 + size
