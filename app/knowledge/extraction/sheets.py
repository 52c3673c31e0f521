"""Excel .xlsx and .xls, and OpenDocument sheets: each sheet a page of tables under its name."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import python_calamine as calamine

from app.knowledge.block import Block
from app.knowledge.extraction.plain import row_tables
from app.knowledge.extraction.reading import Damaged, Protected, Reading


def read(data: bytes, reading: Reading) -> Iterator[Block]:
    """The blocks of a workbook."""
    try:
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    except calamine.PasswordError as error:
        raise Protected(str(error)) from error
    except calamine.CalamineError as error:
        raise Damaged(str(error)) from error
    for number, name in enumerate(book.sheet_names, 1):
        try:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
        except calamine.CalamineError:
            reading.problem("page", number)
            continue
        cells = [[_cell(value) for value in row] for row in rows]
        if any(any(row) for row in cells):
            yield Block("heading", name, 1, number)
            yield from row_tables([row for row in cells if any(row)], number)
        reading.page_done(number, len(book.sheet_names))


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return str(value.date())
    return str(value)
