"""Which reader takes which format, and what is said where none can."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator

from app.knowledge.block import Block
from app.knowledge.extraction.reading import Content, Damaged, Protected, Reading, Recognize
from app.knowledge.formats import Format, detect
from app.knowledge.report import Report

# By name, so that a reader and its libraries are imported when a file first needs them.
READERS: dict[Format, str] = {
    "pdf": "pdf.read",
    "docx": "word.read",
    "doc": "word97.read",
    "pptx": "slides.read",
    "ppt": "slides97.read",
    "xlsx": "sheets.read",
    "xls": "sheets.read",
    "ods": "sheets.read",
    "odt": "opendocument.read",
    "odp": "opendocument.read",
    "csv": "plain.read_csv",
    "rtf": "rtf.read",
    "epub": "epub.read",
    "html": "html.read",
    "markdown": "plain.read_markdown",
    "text": "plain.read_text",
    "code": "plain.read_code",
    "json": "plain.read_json",
    "xml": "plain.read_xml",
    "eml": "mail.read",
    "mbox": "mail.read_mbox",
    "msg": "outlook.read",
    "enex": "evernote.read",
    "zip": "archive.read",
    "image": "picture.read",
}

Reader = Callable[[bytes, Reading], Iterator[Block]]


def read(
    data: bytes,
    name: str,
    recognize: Recognize | None = None,
    on_page: Callable[[int, int], None] = lambda *_: None,
    on_recording: Callable[[bytes], None] | None = None,
) -> Iterator[Block | Report]:
    """The blocks of a file of any format, then one report."""
    reading = Reading(_read, recognize, on_page, on_recording)
    characters = 0
    for block in _read(reading, data, name):
        if block.is_read:
            characters += len(block.text)
        yield block
    yield Report(
        detect(data, name), reading.pages, reading.ocr_pages, characters, tuple(reading.problems)
    )


def _read(reading: Reading, content: Content, name: str) -> Iterator[Block]:
    try:
        data = content() if callable(content) else content
        found = detect(data, name)
        if found in READERS:
            yield from _reader(found)(data, reading)
        elif found == "audio":
            yield from reading.recording(data)
        elif found == "encrypted":
            reading.problem("password")
        else:
            reading.problem("empty" if found == "empty" else "unknown")
    except Protected:
        reading.problem("password")
    except Damaged:
        reading.problem("damaged")
    except RecursionError:
        reading.problem("too-deep")
    except MemoryError:
        raise
    except Exception as error:
        # Parsers fail in many ways where a file is not what it says: of what is packed with it, the
        # rest can be read all the same.
        print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
        reading.problem("damaged")


def _reader(found: Format) -> Reader:
    module, _, function = READERS[found].partition(".")
    reader: Reader = getattr(
        importlib.import_module(f"app.knowledge.extraction.{module}"), function
    )
    return reader
