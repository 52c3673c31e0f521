"""A picture in a prompt. Pure.

It stands there as numbers below zero, which no token has: one for each position that it takes, made
of what is to be seen. So two prompts begin alike just where their pictures are the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_PLACES = 2**24  # of one picture


@dataclass(frozen=True, slots=True)
class Pixels:
    """What a picture looks like: three bytes for each pixel (red, green, blue), row by row."""

    width: int
    height: int
    rgb: bytes = field(repr=False)

    @property
    def key(self) -> bytes:
        """Tells it from any other."""
        size = b"%d x %d" % (self.width, self.height)
        return hashlib.blake2b(self.rgb, digest_size=16, key=size).digest()


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A piece of a prompt that is to be looked at, from `start` on.

    `places`: how many positions it takes; `cells`: how much of the context, which may be more.
    `content`: what whoever looks at it works with.
    """

    start: int
    places: int
    cells: int
    key: bytes
    content: object = field(repr=False)

    @property
    def end(self) -> int:
        """Where the prompt goes on."""
        return self.start + self.places


@dataclass(frozen=True, slots=True)
class Seen:
    """A prompt with pictures: [n] tokens, and what stands for the pictures among them."""

    tokens: tuple[int, ...]
    pictures: tuple[Picture, ...] = ()

    @property
    def cells(self) -> int:
        """What it takes of a context."""
        return len(self.tokens) + sum(each.cells - each.places for each in self.pictures)


NOTHING = Seen(())
"""No prompt at all."""


def part_key(key: bytes, part: int) -> bytes:
    """The key of one of the parts into which a picture was cut."""
    return hashlib.blake2b(b"%d" % part, digest_size=16, key=key).digest()


def standing_for(picture: Picture) -> Sequence[int]:
    """What stands in a prompt for a picture."""
    assert 0 < picture.places <= MOST_PLACES
    first = -1 - int.from_bytes(picture.key, "big") * MOST_PLACES
    return range(first, first - picture.places, -1)


def has_picture(tokens: Sequence[int]) -> bool:
    """Whether there is a picture among them."""
    return bool(tokens) and min(tokens) < 0
