"""PDF: pages as lines of text; a page that is only a picture goes to text recognition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ctypes import byref, c_double

import pypdfium2
import pypdfium2.raw as pdfium

from app.knowledge.block import Block
from app.knowledge.extraction.layout import Layout, Line
from app.knowledge.extraction.reading import Damaged, Protected, Reading

OCR_DPI = 200
SCANNED_BELOW_CHARACTERS = 16  # a stamp or a page number beside the scan
CELL_GAP = 1.5  # in font sizes: wider than any space between words
HYPHEN = "\x02"  # PDFium's mark for a hyphen at the end of a line, which it joins to the next
BOLD_WEIGHT = 600


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
        picture = page.render(scale=OCR_DPI / 72).to_pil()
        if recognized := reading.picture_lines(picture, number):
            yield Block("paragraph", "\n".join(recognized), page=number)
            return
    yield from layout.blocks(lines, number)


def _has_drawing(page: pypdfium2.PdfPage) -> bool:
    kinds = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING, pdfium.FPDF_PAGEOBJ_PATH)
    return any(True for _ in page.get_objects(filter=kinds, max_depth=4))


def page_lines(text_page: pypdfium2.PdfTextPage) -> Iterator[Line]:
    """The lines of a page in the order in which they were written."""
    glyphs = _Glyphs(text_page)
    start = 0
    for index, code in enumerate([*glyphs.codes, 10]):
        if code in (10, 13):
            first, last = start, index - 1
            while first <= last and glyphs.codes[first] <= 32:
                first += 1
            while last >= first and glyphs.codes[last] <= 32:
                last -= 1
            if first <= last:
                yield glyphs.line(first, last)
            start = index + 1


class _Glyphs:
    """The characters of one page, with their places. Units: points."""

    def __init__(self, text_page: pypdfium2.PdfTextPage) -> None:
        raw = self._raw = text_page.raw
        unicode = pdfium.FPDFText_GetUnicode
        # One by one, so that an index into the text is an index into PDFium's characters.
        self.codes = [unicode(raw, index) for index in range(pdfium.FPDFText_CountChars(raw))]
        self._sides = [c_double() for _ in range(4)]
        self._pointers = [byref(side) for side in self._sides]

    def line(self, first: int, last: int) -> Line:
        raw = self._raw
        left, _, bottom, top = self._box(first)
        # A line may begin or end with a raised or lowered mark in small print.
        size = max(pdfium.FPDFText_GetFontSize(raw, at) for at in (first, last))
        if size <= 1.5:  # the scale is in the matrix, not in the font
            size = max(top - bottom, 1.0) * 1.3
        return Line(
            cells=tuple(_text(self.codes[a:b]) for a, b in self._cells(first, last, size)),
            left=left,
            right=self._box(last)[1],
            base=self._base(first),
            foot=self._base(last),
            size=round(size, 1),
            bold=pdfium.FPDFText_GetFontWeight(raw, first) >= BOLD_WEIGHT,
        )

    def _cells(self, first: int, last: int, size: float) -> Iterator[tuple[int, int]]:
        """Stretches of a line that stand apart, as the cells of a table's row do."""
        codes, cell, before = self.codes, first, first
        for at in range(first + 1, last + 1):
            if codes[at] <= 32:
                continue
            if at > before + 1 and self._box(at)[0] - self._box(before)[1] > CELL_GAP * size:
                yield cell, before + 1
                cell = at
            before = at
        yield cell, last + 1

    def _box(self, index: int) -> tuple[float, float, float, float]:
        pdfium.FPDFText_GetCharBox(self._raw, index, *self._pointers)
        left, right, bottom, top = self._sides
        return left.value, right.value, bottom.value, top.value

    def _base(self, index: int) -> float:
        pdfium.FPDFText_GetCharOrigin(self._raw, index, *self._pointers[:2])
        return self._sides[1].value


def _text(codes: list[int]) -> str:
    text = "".join(map(chr, codes))
    if HYPHEN in text:
        text = re.sub(f"{HYPHEN}(?=[A-Z\\d])", "-", text).replace(HYPHEN, "")
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return " ".join(text.split())
