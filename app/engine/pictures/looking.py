"""Lets a model look at the pictures of its prompts, one step at a time.

Owned by the engine's one thread.
"""

from __future__ import annotations

from collections import OrderedDict

from app.engine.backend import Eyes
from app.engine.pictures.picture import Picture, standing_for
from app.engine.slots import Slot

REMEMBERED_BYTES = 128 * 2**20  # of what pictures came to; a megabyte or so each


class Looking:
    """Brings pictures into slots, each in two steps, so that answers go on in between."""

    def __init__(self, eyes: Eyes, most_bytes: int = REMEMBERED_BYTES) -> None:
        self._eyes = eyes
        self._most_bytes = most_bytes
        self._encoded: OrderedDict[bytes, bytes] = OrderedDict()  # what was used last comes last

    def step(self, slot: Slot, picture: Picture) -> None:
        """Encode the picture that comes next in a slot, or where that was done, put it there.

        Raises: NoPlace, with a part of it in the context; EngineFailed.
        """
        if picture.key not in self._encoded:
            self._remember(picture.key, self._eyes.encode(picture))
            return
        self._encoded.move_to_end(picture.key)
        encoded = self._encoded[picture.key]
        self._eyes.show(slot.sequence, len(slot.held), picture, encoded)
        slot.held += standing_for(picture)

    def _remember(self, key: bytes, encoded: bytes) -> None:
        self._encoded[key] = encoded
        held = sum(map(len, self._encoded.values()))
        while held > self._most_bytes and len(self._encoded) > 1:
            held -= len(self._encoded.popitem(last=False)[1])
