"""Pictures in conversations: shown to a model that sees, and for others what is written in them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from app.api.errors import spoken_language
from app.api.services import services
from app.api.vision.pictures import embedded
from app.chat.pictures import part, written
from app.engine.pictures.picture import Pixels

Piece = str | dict[str, Any]
"""A text, or a part of a message that is none."""


def can_read() -> bool:
    """Whether pictures can be opened here."""
    return services().sight is not None


def piece(image: str, field: str) -> Piece:
    """What a message has for a picture: a data URL, an address, or base64. `field`: where it was.

    Raises: BadRequest, PictureRefused, VisionFailed, SwitchedOff, SourceRefused, StillLoading.
    """
    content = embedded(image, field)
    if services().engine.model.sees:
        return part(pixels_in(content), content)
    return written(services().seeing.read(content).text, spoken_language())


def pixels_of(image: str, field: str) -> Pixels:
    """What a picture looks like. Raises: as `piece`."""
    return pixels_in(embedded(image, field))


def pixels_in(content: bytes) -> Pixels:
    """The same of a picture's file."""
    shown = services().seeing.show(content)
    return Pixels(shown.width, shown.height, shown.rgb)


def together(pieces: Sequence[Piece], between: str = "") -> str | list[dict[str, Any]]:
    """The content of a message: one text, or parts where there are pictures for the model."""
    if all(isinstance(each, str) for each in pieces):
        return between.join(each for each in pieces if isinstance(each, str))
    parts: list[dict[str, Any]] = []
    for is_text, run in groupby(pieces, lambda each: isinstance(each, str)):
        if is_text:
            text = between.join(each for each in run if isinstance(each, str))
            parts.append({"type": "text", "text": text})
        else:
            parts += [each for each in run if isinstance(each, dict)]
    return parts


def text_of(image: str, field: str) -> str:
    """The text in a picture alone. Raises: as `piece`."""
    return services().seeing.read(embedded(image, field)).text
