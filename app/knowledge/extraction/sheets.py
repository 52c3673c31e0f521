"""Excel .xlsx and .xls, and OpenDocument sheets: each sheet a page of tables under its name."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import python_calamine as calamine

from app.knowledge.block import Block
from app.knowledge.extraction.plain import row_tables
from app.knowledge.extraction.reading import Damaged, Protected, Reading


def read(data: bytes, reading: Reading) -> Iterator[Block]:
    """The blocks of a workbook."""
    with _understood():
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    for number, name in enumerate(book.sheet_names, 1):
        try:
            with _understood():
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
        except Damaged:
            reading.problem("page", number)
            continue
        cells = [[_cell(value) for value in row] for row in rows]
        if any(any(row) for row in cells):
            yield Block("heading", name, 1, number)
            yield from row_tables([row for row in cells if any(row)], number)
        reading.page_done(number, len(book.sheet_names))


@contextmanager
def _understood() -> Iterator[None]:
    """Raises: Protected, Damaged; the latter also where the library gives up on a file."""
    try:
        yield
    except calamine.PasswordError as error:
        raise Protected(str(error)) from error
    except calamine.CalamineError as error:
        raise Damaged(str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # Rust's; it has no module to import from
            raise
        raise Damaged(str(error)) from error


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return str(value.date())
    return str(value)
