"""POST /v1/images/ocr: the text of a picture, with the places where it stands."""

from __future__ import annotations

from typing import Literal

import msgspec
from flask import Blueprint, Response

from app.api.forms import is_form, one_file, takes_files
from app.api.services import services
from app.api.vision.pictures import embedded
from app.api.wire import answered, read
from app.language import Text
from app.vision.seen import Seen
from app.vision.sight import check_size

ocr = Blueprint("vision_ocr", __name__)

_NO_PICTURE = Text("required, but missing: send a picture in it", "必填，但缺少：请在其中上传图片")


class OcrRequest(msgspec.Struct):
    """A picture as a data URL, or base64 alone."""

    image: str


class LineAnswer(msgspec.Struct):
    """A piece of text on one line; its corners clockwise from where it begins at the top."""

    text: str
    box: tuple[tuple[float, float], ...]
    confidence: float


class OcrAnswer(msgspec.Struct):
    """The text of a picture; boxes are in pixels of the picture the right way up."""

    text: str
    width: int
    height: int
    lines: list[LineAnswer]
    object: Literal["image.ocr"] = "image.ocr"


_decoder = msgspec.json.Decoder(OcrRequest)


@ocr.post("/v1/images/ocr")
@takes_files
def read_picture() -> Response:
    """The text of a picture, line by line."""
    seeing = services().seeing
    return answered(_answer(seeing.read(_sent())))


def _sent() -> bytes:
    if is_form():
        with one_file(_NO_PICTURE) as sent:
            check_size(sent.file.stat().st_size)
            return sent.file.read_bytes()
    return embedded(read(_decoder).image, "image")


def _answer(seen: Seen) -> OcrAnswer:
    lines = [LineAnswer(each.text, each.box, each.confidence) for each in seen.lines]
    return OcrAnswer(seen.text, seen.width, seen.height, lines)
