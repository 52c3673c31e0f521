"""GET /v1/about: what this program is, what is inside it, and where it keeps things."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response

from app.api.services import services
from app.api.wire import answered

about = Blueprint("about", __name__)


class Part(msgspec.Struct, kw_only=True):
    """A part of the file, with its size in bytes and its licence."""

    title: str
    kind: str
    size: int
    licence: str
    source: str


class Build(msgspec.Struct, kw_only=True):
    """The program. `data`: the folder in which all is kept; null: nothing is, beyond this start."""

    version: str
    data: str | None
    parts: list[Part]


@about.get("/v1/about")
def tell() -> Response:
    """What this program is."""
    found = services()
    parts = [
        Part(
            title=each.title,
            kind=each.kind,
            size=each.size,
            licence=each.licence,
            source=each.source,
        )
        for each in found.entries
    ]
    return answered(Build(version=found.version, data=found.data_folder, parts=parts))
