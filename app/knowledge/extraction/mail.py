"""Email: .eml messages and .mbox boxes, with their attachments."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart

from app.knowledge.block import Block
from app.knowledge.encodings import BOMS, decode
from app.knowledge.extraction import html, plain
from app.knowledge.extraction.reading import Reading

SHOWN = ("Subject", "From", "To", "Cc", "Date")
ENVELOPE = re.compile(rb"^From [^\n]*\d{4}[^\n]*\n(?=[\w-]+:)", re.M)


def read(data: bytes, reading: Reading) -> Iterator[Block]:
    """The blocks of one message."""
    if data.startswith(tuple(mark for mark, _ in BOMS)) or b"\0" in data[:64]:
        data = decode(data).encode()  # a message that was saved as UTF-16 text
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.default)
    yield from _message(message, reading)
    reading.page_done(1, 1)


def read_mbox(data: bytes, reading: Reading) -> Iterator[Block]:
    """The blocks of every message in a mailbox; pages count its messages."""
    starts = [found.end() for found in ENVELOPE.finditer(data)]
    ends = [*[found.start() for found in ENVELOPE.finditer(data)][1:], len(data)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
        raw = re.sub(rb"^>(>*From )", rb"\1", data[start:end], flags=re.M)
        message = email.message_from_bytes(raw, policy=email.policy.default)
        for block in _message(message, reading):
            yield Block(block.kind, block.text, block.level, number)
        reading.page_done(number, len(starts))


def _message(message: EmailMessage, reading: Reading) -> Iterator[Block]:
    headers = {name: _header(message, name) for name in SHOWN}
    if headers["Subject"]:
        yield Block("heading", headers["Subject"], 1)
    lines = [f"{name}: {value}" for name, value in headers.items() if value]
    if lines:
        yield Block("paragraph", "\n".join(lines))
    body = message.get_body(("html", "plain"))
    if body is not None:
        yield from _body(body)
    for part in _attachments(message, body):
        yield from _attachment(part, reading)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, IndexError, AttributeError, TypeError):  # malformed beyond the parser
        return ""


def _body(part: MIMEPart) -> Iterator[Block]:
    raw = part.get_payload(decode=True)
    text = decode(raw if isinstance(raw, bytes) else b"", part.get_content_charset())
    yield from html.blocks(text) if part.get_content_subtype() == "html" else plain.paragraphs(text)


def _attachments(message: MIMEPart, body: MIMEPart | None) -> Iterator[MIMEPart]:
    if not message.is_multipart():
        return
    for part in message.iter_parts():
        kind = part.get_content_type()
        if part is body or kind == "multipart/alternative":
            continue
        if part.get_filename() or kind == "message/rfc822":
            yield part
        elif part.is_multipart():
            yield from _attachments(part, body)


def _attachment(part: MIMEPart, reading: Reading) -> Iterator[Block]:
    if part.get_content_type() == "message/rfc822":
        message = part.get_content()
        yield from reading.inner(message.as_bytes(), part.get_filename() or "message.eml")
        return
    data = part.get_payload(decode=True)
    inline = part.get_content_maintype() == "image" and part.get("Content-ID")
    if isinstance(data, bytes) and data and not inline:
        yield from reading.inner(data, part.get_filename() or "attachment")
