"""Text files: plain, Markdown, source code, JSON, XML, and tables of values."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from app.knowledge.block import Block, table
from app.knowledge.encodings import declared_in, decode
from app.knowledge.extraction.reading import Reading

ROWS_PER_TABLE = 200
HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
ITEM = re.compile(r"\s*([-*+]|\d+[.)])\s+")


def read_text(data: bytes, _reading: Reading) -> Iterator[Block]:
    """Paragraphs, separated by empty lines."""
    yield from paragraphs(decode(data))


def paragraphs(text: str) -> Iterator[Block]:
    """Text cut at its empty lines."""
    for piece in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        if piece.strip():
            yield Block("paragraph", piece.strip("\n").rstrip())


def read_code(data: bytes, _reading: Reading) -> Iterator[Block]:
    """Source code, its indentation kept, cut at empty lines."""
    for block in paragraphs(decode(data)):
        yield Block("code", block.text)


def read_markdown(data: bytes, _reading: Reading) -> Iterator[Block]:
    """Markdown's own structure: headings, lists, tables, code."""
    yield from markdown(decode(data))


def markdown(text: str) -> Iterator[Block]:
    """The blocks of Markdown text."""
    lines = text.replace("\r\n", "\n").split("\n")
    gathered: list[str] = []
    fence = ""
    for line in [*lines, ""]:
        stripped = line.strip()
        if fence:
            if stripped.startswith(fence):
                yield Block("code", "\n".join(gathered))
                gathered, fence = [], ""
            else:
                gathered.append(line)
            continue
        heading = HEADING.match(line)
        opens = re.match(r"(```+|~~~+)", stripped)
        if not stripped or heading or opens or (ITEM.match(line) and gathered):
            yield from _markdown_block(gathered)
            gathered = []
        if heading:
            yield Block("heading", heading.group(2), len(heading.group(1)))
        elif opens:
            fence = opens.group(1)[:3]
        elif stripped:
            gathered.append(line)
    if gathered:  # a fence that was never closed
        yield Block("code", "\n".join(gathered))


def _markdown_block(lines: list[str]) -> Iterator[Block]:
    if not lines:
        return
    text = "\n".join(lines)
    if all(line.strip().startswith("|") for line in lines) and len(lines) > 1:
        yield Block("table", text)
    elif set(lines[-1].strip()) <= {"="} and len(lines) == 2:
        yield Block("heading", lines[0].strip(), 1)
    elif ITEM.match(lines[0]):
        yield Block("item", ITEM.sub("", text, count=1))
    else:
        yield Block("paragraph", text)


def read_csv(data: bytes, _reading: Reading) -> Iterator[Block]:
    """Rows of values, with their header over each stretch of rows."""
    text = decode(data)
    try:
        dialect: type[csv.Dialect] | str = csv.Sniffer().sniff(text[:8192], ",\t;|")
    except csv.Error:
        dialect = "excel-tab" if "\t" in text[:8192] else "excel"
    csv.field_size_limit(1 << 24)
    yield from row_tables([list(row) for row in csv.reader(io.StringIO(text, newline=""), dialect)])


def row_tables(rows: list[list[str]], page: int | None = None) -> Iterator[Block]:
    """A sheet of any length as tables that each repeat the header."""
    if not rows:
        return
    header, body = rows[0], rows[1:]
    for start in range(0, max(len(body), 1), ROWS_PER_TABLE):
        if block := table([header, *body[start : start + ROWS_PER_TABLE]], page):
            yield block


def read_json(data: bytes, _reading: Reading) -> Iterator[Block]:
    """JSON or JSON lines, indented so that it can be read and cut."""
    text = decode(data)
    try:
        values = [json.loads(text)]
    except ValueError:
        try:
            values = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            yield from paragraphs(text)
            return
    for value in values:
        for item in value if isinstance(value, list) else [value]:
            yield Block("code", json.dumps(item, ensure_ascii=False, indent=1))


def read_xml(data: bytes, _reading: Reading) -> Iterator[Block]:
    """The text of each XML element that has some, under the element's name."""
    declared = declared_in(data)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decode(data, declared))
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        yield from paragraphs(re.sub(r"<[^>]*>", " ", text))
        return
    for element in root.iter():
        own = " ".join((element.text or "").split())
        name = element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
        if own and name:
            yield Block("paragraph", f"{name}: {own}")
        if tail := " ".join((element.tail or "").split()):
            yield Block("paragraph", tail)
