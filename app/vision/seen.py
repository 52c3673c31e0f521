"""What was seen in a picture: its text, or what it looks like."""

from __future__ import annotations

from dataclasses import dataclass, field

Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A piece of text on one line.

    Shape: box [4, 2], clockwise from where the text begins at the top. Units: pixels.
    """

    text: str
    box: tuple[Corner, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Shown:
    """What a picture looks like: three bytes for each pixel, row by row from the top."""

    width: int
    height: int
    rgb: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture's size as it is looked at, its text, and the lines of it in reading order."""

    width: int
    height: int
    text: str
    lines: tuple[SeenLine, ...]
