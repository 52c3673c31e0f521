"""In which order a person reads boxes on a page: columns first, then lines. Pure."""

from __future__ import annotations

from collections.abc import Callable

Bounds = tuple[float, float, float, float]  # left, top, right, bottom

COLUMN_GAP = 1.0  # in line heights
SMALLEST_COLUMN = 3  # lines


def ordered(boxes: list[Bounds]) -> list[list[int]]:
    """The indices of boxes, line by line, each line from left to right."""
    if not boxes:
        return []
    height = sorted(box[3] - box[1] for box in boxes)[len(boxes) // 2]
    return _cut(list(range(len(boxes))), boxes, height)


def _cut(indices: list[int], boxes: list[Bounds], height: float) -> list[list[int]]:
    """Bands of the page from top to bottom; within a band its columns; within these again."""
    columns = _split(indices, lambda i: (boxes[i][0], boxes[i][2]), COLUMN_GAP * height)
    if len(columns) > 1 and all(len(column) >= SMALLEST_COLUMN for column in columns):
        return [line for column in columns for line in _cut(column, boxes, height)]
    bands = _split(indices, lambda i: (boxes[i][1], boxes[i][3]), 0.8 * height)
    if len(bands) > 1:
        return [line for band in bands for line in _cut(band, boxes, height)]
    return _lines(indices, boxes)


def _split(
    indices: list[int], span: Callable[[int], tuple[float, float]], gap: float
) -> list[list[int]]:
    """Groups that an empty stretch, at least that wide, separates."""
    groups: list[list[int]] = []
    reach = float("-inf")
    for index in sorted(indices, key=span):
        start, end = span(index)
        if start - reach > gap or not groups:
            groups.append([])
        groups[-1].append(index)
        reach = max(reach, end)
    return groups


def _lines(indices: list[int], boxes: list[Bounds]) -> list[list[int]]:
    lines: list[list[int]] = []
    for index in sorted(indices, key=lambda i: boxes[i][1] + boxes[i][3]):
        middle = (boxes[index][1] + boxes[index][3]) / 2
        if lines and boxes[lines[-1][0]][1] <= middle <= boxes[lines[-1][0]][3]:
            lines[-1].append(index)
        else:
            lines.append([index])
    return [sorted(line, key=lambda i: boxes[i][0]) for line in lines]
