from __future__ import annotations

import numpy as np
import pytest

from app.vision.regions import Box, find, levelled


def likelihood(height: int = 200, width: int = 300) -> np.ndarray:
    return np.zeros((height, width), np.float32)


def test_a_region_becomes_a_box_that_is_larger_than_its_heart():
    page = likelihood()
    page[50:60, 40:200] = 0.9
    (box,) = find(page)
    left, top, right, bottom = box.bounds
    grown = 160 * 10 * 1.6 / (160 + 10) / 2
    assert (left, top) == pytest.approx((40 - grown, 50 - grown), abs=0.01)
    assert (right, bottom) == pytest.approx((200 + grown, 60 + grown), abs=0.01)
    assert box.score == pytest.approx(0.9, abs=1e-3)


def test_regions_that_do_not_touch_are_apart_and_those_that_do_are_one():
    page = likelihood()
    page[10:20, 10:100] = page[40:50, 10:100] = 0.9
    assert len(find(page)) == 2
    page[20:40, 90:95] = 0.9
    assert len(find(page)) == 1


def test_a_region_in_the_form_of_a_u_is_one():
    page = likelihood()
    page[10:60, 10:20] = page[10:60, 80:90] = page[50:60, 10:90] = 0.9
    assert len(find(page)) == 1


def test_specks_and_faint_regions_are_left_out():
    page = likelihood()
    page[10:12, 10:12] = 0.9
    page[50:60, 10:100] = 0.4
    assert find(page) == []


def test_a_tilted_line_keeps_its_tilt():
    page = likelihood()
    for column in range(40, 240):
        middle = 40 + column // 4
        page[middle : middle + 10, column] = 0.9
    (box,) = find(page)
    along = box.corners[1] - box.corners[0]
    assert np.degrees(np.arctan2(along[1], along[0])) == pytest.approx(14, abs=1.5)
    assert box.width > 3 * box.height


def test_a_common_tilt_is_taken_out():
    def tilted(left: float, top: float) -> Box:
        corners = np.array(
            [[left, top], [left + 100, top], [left + 100, top + 10], [left, top + 10]]
        )
        angle = np.radians(10)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        return Box(corners @ turn, 1.0)

    first, second = levelled([tilted(0, 0), tilted(120, 0)])
    assert first[1] == pytest.approx(second[1])
    assert levelled([]) == []


def test_pages_on_their_side_and_upside_down_are_turned_upright():
    def line(top: float) -> Box:
        corners = [[0, top], [100, top], [100, top + 10], [0, top + 10]]
        return Box(np.array(corners, np.float64), 1.0)

    for quarters in range(4):
        turn = np.linalg.matrix_power(np.array([[0, 1], [-1, 0]]), quarters)
        tops = [
            top
            for _, top, _, _ in levelled([Box(line(n).corners @ turn, 1.0) for n in (0, 20, 40)])
        ]
        assert tops == sorted(tops)
        assert tops[2] - tops[0] == pytest.approx(40)


def test_a_box_may_begin_at_any_of_its_corners():
    box = Box(np.array([[0, 0], [10, 0], [10, 2], [0, 2]], np.float64), 1.0)
    assert box.beginning_at(1).corners.tolist() == [[10, 0], [10, 2], [0, 2], [0, 0]]
    assert (box.beginning_at(1).width, box.beginning_at(2).width) == (2, 10)
