from __future__ import annotations

import pytest

from app.knowledge.extraction.readers import read
from tests.knowledge import files

MOVED = "{}) Tj 200 0 Td ({}"  # each cell drawn by itself
KERNED = ") Tj [({}) -9000 ({})] TJ ("  # one text with a gap in it


@pytest.mark.parametrize("row", [MOVED, KERNED])
def test_cells_that_stand_apart_become_a_table(row: str):
    lines = [(11.0, row.format("Item", "Price")), (11.0, row.format("Green apples", "3.50"))]
    block, _ = read(files.pdf([lines]), "a.pdf")
    assert block.text == "| Item | Price |\n| --- | --- |\n| Green apples | 3.50 |"


def test_characters_without_a_code_do_not_shift_the_others():
    rows = [(r"An\000\000 item", "Price"), ("Green apples", "3.50")]
    block, _ = read(files.pdf([[(11.0, MOVED.format(*row)) for row in rows]]), "a.pdf")
    assert block.text == "| An item | Price |\n| --- | --- |\n| Green apples | 3.50 |"
