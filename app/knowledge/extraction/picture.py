"""Pictures, by text recognition."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageSequence, UnidentifiedImageError

from app.knowledge.block import Block
from app.knowledge.extraction.reading import Damaged, Reading

MOST_MEGAPIXELS = 64
MOST_FRAMES = 200


def read(data: bytes, reading: Reading) -> Iterator[Block]:
    """The text of a picture; each page of a TIFF is a page."""
    Image.MAX_IMAGE_PIXELS = None  # the limit is ours
    if data[4:8] == b"ftyp":
        _learn_heic()
    try:
        with Image.open(BytesIO(data)) as picture:
            frames = min(getattr(picture, "n_frames", 1), MOST_FRAMES)
            frames = frames if picture.format == "TIFF" else 1
            for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
                if number > frames:
                    break
                yield from _text(frame, number, reading)
                reading.page_done(number, frames)
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise Damaged(str(error)) from error


def _text(frame: Image.Image, number: int, reading: Reading) -> Iterator[Block]:
    if frame.width * frame.height > MOST_MEGAPIXELS * 10**6:
        reading.problem("too-large", number, f"{MOST_MEGAPIXELS} MP")
    elif lines := reading.picture_lines(frame, number):
        yield Block("paragraph", "\n".join(lines), page=number)


def _learn_heic() -> None:
    """Let Pillow read what iPhones make, where there is a decoder for it."""
    with suppress(ImportError):
        import pi_heif

        pi_heif.register_heif_opener()
