"""Outlook .msg messages, with their attachments. Source: [MS-OXMSG], [MS-OXPROPS]."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Iterator

import olefile

from app.knowledge.block import Block
from app.knowledge.encodings import declared_in, decode
from app.knowledge.extraction import html, ole, plain
from app.knowledge.extraction.reading import Reading

SUBJECT, SENDER, SENDER_ADDRESS, TO, CC, BODY = "0037", "0C1A", "5D01", "0E04", "0E03", "1000"
HTML, ATTACHED, LONG_NAME, SHORT_NAME = "1013", "3701", "3707", "3704"
SUBMITTED, DELIVERED = 0x0039_0040, 0x0E06_0040
FIRST_DAY = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)


def read(data: bytes, reading: Reading) -> Iterator[Block]:
    """The blocks of a .msg file."""
    with ole.opened(data) as file:
        yield from _message(file, [], reading)
    reading.page_done(1, 1)


def _message(file: olefile.OleFileIO, at: list[str], reading: Reading) -> Iterator[Block]:
    subject = _text(file, at, SUBJECT)
    if subject:
        yield Block("heading", subject, 1)
    sender = " ".join(filter(None, (_text(file, at, SENDER), _text(file, at, SENDER_ADDRESS))))
    headers = {
        "Subject": subject,
        "From": sender,
        "To": _text(file, at, TO),
        "Cc": _text(file, at, CC),
        "Date": _date(file, at),
    }
    yield Block("paragraph", "\n".join(f"{name}: {said}" for name, said in headers.items() if said))
    yield from _body(file, at)
    for folder in _attachments(file, at):
        yield from _attachment(file, folder, reading)


def _body(file: olefile.OleFileIO, at: list[str]) -> Iterator[Block]:
    markup = ole.stream(file, *at, f"__substg1.0_{HTML}0102")
    if markup:
        yield from html.blocks(decode(markup, declared_in(markup)))
    else:
        yield from plain.paragraphs(_text(file, at, BODY))


def _attachments(file: olefile.OleFileIO, at: list[str]) -> list[list[str]]:
    found = {
        tuple(path[: len(at) + 1])
        for path in file.listdir(streams=True, storages=False)
        if path[: len(at)] == at
        and len(path) > len(at)
        and path[len(at)].startswith("__attach_version1.0_#")
    }
    return [list(path) for path in sorted(found)]


def _attachment(file: olefile.OleFileIO, at: list[str], reading: Reading) -> Iterator[Block]:
    name = _text(file, at, LONG_NAME) or _text(file, at, SHORT_NAME) or "attachment"
    if content := ole.stream(file, *at, f"__substg1.0_{ATTACHED}0102"):
        yield from reading.inner(content, name)
    elif file.exists([*at, f"__substg1.0_{ATTACHED}000D"]):  # a message inside the message
        yield Block("part", name, level=1)
        yield from _message(file, [*at, f"__substg1.0_{ATTACHED}000D"], reading)


def _text(file: olefile.OleFileIO, at: list[str], tag: str) -> str:
    if wide := ole.stream(file, *at, f"__substg1.0_{tag}001F"):
        return wide.decode("utf-16-le", "replace").rstrip("\0")
    return decode(ole.stream(file, *at, f"__substg1.0_{tag}001E")).rstrip("\0")


def _date(file: olefile.OleFileIO, at: list[str]) -> str:
    properties = ole.stream(file, *at, "__properties_version1.0")
    for start in range(24 if at else 32, len(properties) - 15, 16):
        tag, _, ticks = struct.unpack_from("<IIQ", properties, start)
        if tag in (SUBMITTED, DELIVERED):
            when = FIRST_DAY + datetime.timedelta(microseconds=ticks // 10)
            return when.isoformat(" ", "seconds")
    return ""
