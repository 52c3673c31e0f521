"""PDF: pages as lines of text; a page that is only a picture goes to text recognition."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from ctypes import CFUNCTYPE, byref, c_double, c_int, c_ushort, c_void_p, cast
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from app.knowledge.block import Block
from app.knowledge.extraction.layout import Layout, Line
from app.knowledge.extraction.reading import Damaged, Protected, Reading

OCR_DPI = 200
MOST_PIXELS = 25_000_000  # of a page: a poster's letters are large
SCANNED_BELOW_CHARACTERS = 16  # a stamp or a page number beside the scan
CELL_GAP = 1.5  # in font sizes: wider than any space between words
HYPHEN = "\x02"  # PDFium's mark for a hyphen at the end of a line, which it joins to the next
BOLD_WEIGHT = 600
LINE = re.compile(r"[^\r\n]+")
WORD = re.compile(r"[^\0-\x20]+")


def read(data: bytes, reading: Reading) -> Iterator[Block]:
    """The blocks of a PDF."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise (Protected if "password" in str(error).lower() else Damaged)(str(error)) from error
    layout = Layout()
    with document:
        for index in range(len(document)):
            try:
                yield from _page(document[index], index + 1, layout, reading)
            except pypdfium2.PdfiumError:
                reading.problem("page", index + 1)
            reading.page_done(index + 1, len(document))


def _page(
    page: pypdfium2.PdfPage, number: int, layout: Layout, reading: Reading
) -> Iterator[Block]:
    lines = list(page_lines(page.get_textpage()))
    written = sum(len(line.text.replace(" ", "")) for line in lines)
    if written < SCANNED_BELOW_CHARACTERS and _has_drawing(page):
        picture = page.render(scale=_scale(page)).to_pil()
        if recognized := reading.picture_lines(picture, number):
            yield Block("paragraph", "\n".join(recognized), page=number)
            return
    yield from layout.blocks(lines, number)


def _scale(page: pypdfium2.PdfPage) -> float:
    width, height = page.get_size()
    return min(OCR_DPI / 72, math.sqrt(MOST_PIXELS / max(width * height, 1.0)))


def _has_drawing(page: pypdfium2.PdfPage) -> bool:
    kinds = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING, pdfium.FPDF_PAGEOBJ_PATH)
    return any(True for _ in page.get_objects(filter=kinds, max_depth=4))


def page_lines(text_page: pypdfium2.PdfTextPage) -> Iterator[Line]:
    """The lines of a page in the order in which they were written."""
    glyphs = _Glyphs(text_page)
    for line in LINE.finditer(glyphs.text):
        words = [word.span() for word in WORD.finditer(glyphs.text, *line.span())]
        if words:
            yield glyphs.line(words)


def _direct(function: Any, result: type[Any]) -> Any:
    """One of PDFium's functions for being called very often: its arguments are not checked."""
    return CFUNCTYPE(result)(cast(function, c_void_p).value or 0)


_char_box = _direct(pdfium.FPDFText_GetCharBox, c_int)
_char_origin = _direct(pdfium.FPDFText_GetCharOrigin, c_int)
_font_size = _direct(pdfium.FPDFText_GetFontSize, c_double)
_font_weight = _direct(pdfium.FPDFText_GetFontWeight, c_int)


class _Glyphs:
    """The characters of one page, with their places. Units: points."""

    def __init__(self, text_page: pypdfium2.PdfTextPage) -> None:
        self._raw = text_page.raw
        self.text = _characters(self._raw)
        self._sides = [c_double() for _ in range(4)]
        self._pointers = [byref(side) for side in self._sides]

    def line(self, words: list[tuple[int, int]]) -> Line:
        """The line of words that each begin and end at these characters."""
        raw, first, last = self._raw, words[0][0], words[-1][1] - 1
        left, _, bottom, top = self._box(first)
        # A line may begin or end with a raised or lowered mark in small print.
        size = max(_font_size(raw, first), _font_size(raw, last))
        if size <= 1.5:  # the scale is in the matrix, not in the font
            size = max(top - bottom, 1.0) * 1.3
        return Line(
            cells=tuple(_tidied(self.text[a:b]) for a, b in self._cells(words, size)),
            left=left,
            right=self._box(last)[1],
            base=self._base(first),
            foot=self._base(last),
            size=round(size, 1),
            bold=_font_weight(raw, first) >= BOLD_WEIGHT,
        )

    def _cells(self, words: list[tuple[int, int]], size: float) -> Iterator[tuple[int, int]]:
        """Stretches of a line that stand apart, as the cells of a table's row do."""
        raw, (left, right, bottom, top) = self._raw, self._pointers
        left_side, right_side, *_ = self._sides
        cell, end = words[0]
        for start, next_end in words[1:]:
            _char_box(raw, end - 1, left, right, bottom, top)
            gap_begin = right_side.value
            _char_box(raw, start, left, right, bottom, top)
            if left_side.value - gap_begin > CELL_GAP * size:
                yield cell, end
                cell = start
            end = next_end
        yield cell, end

    def _box(self, index: int) -> tuple[float, float, float, float]:
        _char_box(self._raw, index, *self._pointers)
        left, right, bottom, top = self._sides
        return left.value, right.value, bottom.value, top.value

    def _base(self, index: int) -> float:
        _char_origin(self._raw, index, *self._pointers[:2])
        return self._sides[1].value


def _characters(raw: Any) -> str:
    """The text of a page; an index into it is an index into PDFium's characters."""
    count = pdfium.FPDFText_CountChars(raw)
    if count <= 0:
        return ""
    units = (c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(raw, 0, count, units) - 1
    text = bytes(units)[: 2 * max(written, 0)].decode("utf-16-le", "surrogatepass")
    if len(text) != count:  # it leaves out characters that have no code
        text = "".join(chr(pdfium.FPDFText_GetUnicode(raw, index)) for index in range(count))
    return text.replace("\ufffe", HYPHEN)


def _tidied(text: str) -> str:
    if HYPHEN in text:
        text = re.sub(f"{HYPHEN}(?=[A-Z\\d])", "-", text).replace(HYPHEN, "")
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return " ".join(text.replace("\0", "").split())
