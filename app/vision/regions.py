"""From a detector's map of likelihoods to boxes around lines of text. Pure numpy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Points = NDArray[np.float64]

LIKELY = 0.3
SURE = 0.55  # mean likelihood of a region that is kept
GROW = 1.6  # the detector marks the heart of a line; its box is larger by area * GROW / girth
SMALLEST_SIDE = 3.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, perhaps turned.

    Shape: corners [4, 2], clockwise from where its text begins, as far as that is known.
    """

    corners: Points
    score: float

    @property
    def width(self) -> float:
        """Along the text."""
        return float(np.linalg.norm(self.corners[1] - self.corners[0]))

    @property
    def height(self) -> float:
        """Across the text."""
        return float(np.linalg.norm(self.corners[3] - self.corners[0]))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        left, top = self.corners.min(axis=0)
        right, bottom = self.corners.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    def beginning_at(self, corner: int) -> Box:
        """The same box, with another of its corners first."""
        return Box(np.roll(self.corners, -corner, axis=0), self.score)

    def scaled(self, across: float, down: float) -> Box:
        """The same box on a picture of another size."""
        return Box(self.corners * np.array([across, down]), self.score)


def find(likelihood: Floats) -> list[Box]:
    """The boxes of text regions. Shape: likelihood [height, width], 0 to 1."""
    totals = np.pad(np.cumsum(likelihood, axis=1), ((0, 0), (1, 0)))
    return [box for runs in _regions(likelihood > LIKELY) if (box := _box(runs, totals))]


def levelled(boxes: list[Box]) -> list[tuple[float, float, float, float]]:
    """The bounds of boxes once the page is turned upright: so that most text runs to the right."""
    if not boxes:
        return []
    along = np.array([box.corners[1] - box.corners[0] for box in boxes])
    usual = np.arctan2(*along.sum(axis=0)[::-1])
    apart = np.arctan2(along[:, 1], along[:, 0]) - usual
    tilt = usual + np.median(np.arctan2(np.sin(apart), np.cos(apart)))
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    return [Box(box.corners @ turn, box.score).bounds for box in boxes]


def _regions(mask: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """Connected regions as runs. Shape: [n, 3] of row, first column, column after the last."""
    edges = np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    runs = np.stack([rows, starts, ends], axis=1)
    roots = _roots(runs)
    order = np.argsort(roots, kind="stable")
    cuts = np.nonzero(np.diff(roots[order]))[0] + 1
    if len(runs):
        yield from np.split(runs[order], cuts)


def _roots(runs: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each run the first run of its region: touching runs of neighbouring rows are united."""
    parent = list(range(len(runs)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    rows, starts, ends = (runs[:, column].tolist() for column in range(3))
    above = 0
    for index in range(len(rows)):
        while rows[above] < rows[index] - 1 or (
            rows[above] == rows[index] - 1 and ends[above] < starts[index]
        ):
            above += 1
        other = above
        while other < index and rows[other] == rows[index] - 1 and starts[other] <= ends[index]:
            a, b = root(other), root(index)
            parent[max(a, b)] = min(a, b)
            other += 1
    return np.array([root(index) for index in range(len(rows))], dtype=np.int64)


def _box(runs: NDArray[np.int64], totals: Floats) -> Box | None:
    rows, starts, ends = runs.T
    score = float((totals[rows, ends] - totals[rows, starts]).sum() / (ends - starts).sum())
    if score < SURE:
        return None
    left = np.stack([starts, rows], axis=1)
    right = np.stack([ends, rows + 1], axis=1)
    down = np.array([0, 1])
    points = np.concatenate([left, right, left + down, right - down]).astype(np.float64)
    centre, axis, sides = _smallest_rectangle(_hull(points))
    if sides.min() < SMALLEST_SIDE:
        return None
    sides = sides + sides.prod() * GROW / sides.sum()
    return Box(_corners(centre, axis, sides), score)


def _hull(points: Points) -> Points:
    """The convex hull. Source: A. M. Andrew, "Another efficient algorithm for convex hulls"."""
    ordered = np.unique(points, axis=0).tolist()
    halves: list[list[list[float]]] = []
    for side in (ordered, ordered[::-1]):
        half: list[list[float]] = []
        for point in side:
            while len(half) > 1 and _turn(half[-2], half[-1], point) <= 0:
                half.pop()
            half.append(point)
        halves.append(half[:-1])
    return np.array(halves[0] + halves[1])


def _turn(a: list[float], b: list[float], c: list[float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _smallest_rectangle(hull: Points) -> tuple[Points, Points, Points]:
    """Centre, unit vector along the first side, and the two sides of the smallest rectangle."""
    edges = np.roll(hull, -1, axis=0) - hull
    axes = edges / np.linalg.norm(edges, axis=1, keepdims=True)
    normals = axes[:, ::-1] * [-1, 1]
    along, across = hull @ axes.T, hull @ normals.T
    widths = along.max(axis=0) - along.min(axis=0)
    heights = across.max(axis=0) - across.min(axis=0)
    best = int(np.argmin(widths * heights))
    middle = np.array(
        [along[:, best].max() + along[:, best].min(), across[:, best].max() + across[:, best].min()]
    )
    centre = (axes[best] * middle[0] + normals[best] * middle[1]) / 2
    return centre, axes[best], np.array([widths[best], heights[best]])


def _corners(centre: Points, axis: Points, sides: Points) -> Points:
    if abs(axis[1]) > abs(axis[0]):  # lay the first side along the page
        axis, sides = np.array([axis[1], -axis[0]]), sides[::-1]
    axis = axis if axis[0] > 0 else -axis
    normal = np.array([-axis[1], axis[0]])
    half = axis * sides[0] / 2, normal * sides[1] / 2
    return np.array(
        [
            centre - half[0] - half[1],
            centre + half[0] - half[1],
            centre + half[0] + half[1],
            centre - half[0] + half[1],
        ]
    )
