"""QR pictures: an address as squares, for a page to draw or a terminal to print."""

from __future__ import annotations

BORDER = 2
_HALVES = {("0", "0"): "█", ("0", "1"): "▀", ("1", "0"): "▄", ("1", "1"): " "}


def rows(text: str) -> list[str]:
    """A text, row by row, dark as “1”, within a light border."""
    import segno  # few starts show one

    code = segno.make(text, error="m", micro=False, boost_error=False)
    return [
        "".join("1" if dark else "0" for dark in row) for row in code.matrix_iter(border=BORDER)
    ]


def printed(picture: list[str]) -> list[str]:
    """Lines for a terminal, two rows in each, black on white whatever its colours."""
    found = [*picture, "0" * len(picture[0])] if len(picture) % 2 else picture
    pairs = zip(found[::2], found[1::2], strict=True)
    lines = ("".join(_HALVES[each] for each in zip(*pair, strict=True)) for pair in pairs)
    return [f"\x1b[97;40m{line}\x1b[0m" for line in lines]
