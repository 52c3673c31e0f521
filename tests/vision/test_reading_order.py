from __future__ import annotations

from app.vision.reading_order import Bounds, ordered


def line(left: float, top: float, width: float = 100, height: float = 10) -> Bounds:
    return (left, top, left + width, top + height)


def test_lines_come_from_top_to_bottom_and_pieces_of_one_from_left_to_right():
    boxes = [line(0, 40), line(120, 1), line(0, 0), line(0, 20)]
    assert ordered(boxes) == [[2, 1], [3], [0]]


def test_columns_are_read_one_after_the_other():
    left = [line(0, 15 * row) for row in range(4)]
    right = [line(200, 15 * row) for row in range(4)]
    assert ordered(left + right) == [[at] for at in range(8)]


def test_a_heading_over_columns_comes_first():
    heading = line(0, 0, width=300)
    left = [line(0, 40 + 15 * row) for row in range(3)]
    right = [line(200, 40 + 15 * row) for row in range(3)]
    assert ordered([*right, heading, *left]) == [[3], [4], [5], [6], [0], [1], [2]]


def test_nothing_is_read_in_no_order():
    assert ordered([]) == []
