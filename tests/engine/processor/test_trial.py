from __future__ import annotations

import random

import pytest

from app.engine.processor import trial
from app.engine.processor.trial import WrongResult

ROWS, COLUMNS, WIDTH = 32, 256, 33


@pytest.fixture
def product() -> tuple[list[float], list[float], list[float]]:
    """A result by columns, the mix that checks it, and what the mix must give."""
    chance = random.Random(7)
    weights = [[chance.uniform(-1, 1) for _ in range(COLUMNS)] for _ in range(ROWS)]
    columns = [[chance.uniform(-1, 1) for _ in range(COLUMNS)] for _ in range(WIDTH)]
    mix = [chance.uniform(-1, 1) for _ in range(WIDTH)]
    result = [trial._dot(row, column) for column in columns for row in weights]
    mixed = trial._mixed([value for column in columns for value in column], mix, COLUMNS)
    return result, mix, [trial._dot(row, mixed) for row in weights]


def test_a_right_product_is_accepted(product) -> None:
    result, mix, expected = product
    trial._compare(trial._mixed(result, mix, ROWS), expected)


def test_a_right_product_in_8_bits_is_accepted(product) -> None:
    result, mix, expected = product
    rounded = [round(value * 10) / 10 for value in result]
    trial._compare(trial._mixed(rounded, mix, ROWS), expected)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), 40.0])
def test_one_wrong_element_is_found(product, wrong: float) -> None:
    result, mix, expected = product
    result[ROWS * 20 + 5] = wrong
    with pytest.raises(WrongResult):
        trial._compare(trial._mixed(result, mix, ROWS), expected)


def test_rows_in_the_wrong_order_are_found(product) -> None:
    result, mix, expected = product
    result[:ROWS] = result[1:ROWS] + result[:1]
    with pytest.raises(WrongResult):
        trial._compare(trial._mixed(result, mix, ROWS), expected)
