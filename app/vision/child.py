"""The child process: opens the pictures that its parent sends, one after the other.

A request is a line with a word and a length, and so many bytes; an answer is a line of JSON. To
`read` a picture is to find the text in it; to `show` it is to send its pixels behind the answer,
which says how many bytes they are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any, Protocol

from PIL import Image

from app.vision import pictures

if TYPE_CHECKING:  # to show pictures, nothing that recognizes text is needed
    from app.vision.ocr import Line

OUT_OF_MEMORY = 86  # exit status
CONFIDENCE_DIGITS = 4
PIXEL_DIGITS = 1


class Reads(Protocol):
    """What finds lines of text; see `Recognizer`."""

    def lines(self, picture: Image.Image) -> list[list[Line]]:
        """The lines of a picture in reading order, each with its pieces."""
        ...


def serve(reader: Callable[[], Reads], requests: IO[bytes], answers: IO[bytes]) -> int:
    """Answer requests; the exit status."""
    _say(answers, {"ready": True})
    try:
        while head := requests.readline():
            word, _, length = head.partition(b" ")
            data = requests.read(int(length))
            try:
                told, pixels = _shown(data) if word == b"show" else (_read(data, reader), b"")
            except pictures.Unreadable as error:
                told, pixels = {"refused": error.reason}, b""
            _say(answers, told, pixels)
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _shown(data: bytes) -> tuple[dict[str, Any], bytes]:
    """A picture's size and its pixels. Raises: Unreadable."""
    image = pictures.opened(data, pictures.SHOWN_PIXELS).image
    pixels = image.tobytes()
    return {"width": image.width, "height": image.height, "pixels": len(pixels)}, pixels


def _read(data: bytes, reader: Callable[[], Reads]) -> dict[str, Any]:
    """A picture's text. Raises: Unreadable."""
    picture = pictures.opened(data)
    try:
        rows = reader().lines(picture.image)
    except MemoryError:
        raise
    except Exception as error:  # a bug of ours costs this picture, not the program
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return {"failed": type(error).__name__}
    return {
        "width": picture.width,
        "height": picture.height,
        "text": "\n".join("  ".join(piece.text for piece in row) for row in rows),
        "lines": [_line(piece, picture.scale) for row in rows for piece in row],
    }


def _line(line: Line, scale: tuple[float, float]) -> dict[str, Any]:
    corners = line.box.scaled(*scale).corners
    return {
        "text": line.text,
        "box": [[round(float(value), PIXEL_DIGITS) for value in corner] for corner in corners],
        "confidence": round(line.score, CONFIDENCE_DIGITS),
    }


def _say(answers: IO[bytes], told: dict[str, Any], pixels: bytes = b"") -> None:
    answers.write(json.dumps(told).encode() + b"\n" + pixels)
    answers.flush()
