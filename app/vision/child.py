"""The child process: finds text in the pictures that its parent sends, one after the other."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import IO, Any, Protocol

from PIL import Image

from app.vision import pictures
from app.vision.ocr import Line

OUT_OF_MEMORY = 86  # exit status
CONFIDENCE_DIGITS = 4
PIXEL_DIGITS = 1


class Reads(Protocol):
    """What finds lines of text; see `Recognizer`."""

    def lines(self, picture: Image.Image) -> list[list[Line]]:
        """The lines of a picture in reading order, each with its pieces."""
        ...


def serve(reader: Callable[[], Reads], requests: IO[bytes], answers: IO[str]) -> int:
    """Answer requests, each a line with a length and so many bytes; the exit status."""
    _say(answers, {"ready": True})
    try:
        while head := requests.readline():
            _say(answers, _answer(requests.read(int(head)), reader))
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _answer(data: bytes, reader: Callable[[], Reads]) -> dict[str, Any]:
    try:
        picture = pictures.opened(data)
    except pictures.Unreadable as error:
        return {"refused": error.reason}
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


def _say(answers: IO[str], told: dict[str, Any]) -> None:
    answers.write(json.dumps(told) + "\n")
    answers.flush()
