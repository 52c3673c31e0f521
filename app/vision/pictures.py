"""Pictures as cameras and screens make them, brought upright and to a size that can be worked with.

For the child process alone: what is read here may be anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Literal

from PIL import Image, ImageOps, UnidentifiedImageError

Reason = Literal["not-a-picture", "heic", "damaged-heic", "too-many-pixels"]

FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
"""No others: some of those that Pillow knows start programs of the system."""

HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
MOST_PIXELS = 64_000_000
WORKABLE_PIXELS = 25_000_000  # 100 MB; a camera that takes more has no sharper letters
SHOWN_PIXELS = 8_000_000  # models that see look at less
SIDEWAYS = (5, 6, 7, 8)  # of EXIF's orientations
ORIENTATION = 0x0112


class Unreadable(Exception):
    """A picture that is none, or that is too large."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture the right way up; `width` and `height` are those that it has outside."""

    image: Image.Image
    width: int
    height: int

    @property
    def scale(self) -> tuple[float, float]:
        """From the image's pixels to the picture's own."""
        return self.width / self.image.width, self.height / self.image.height


def opened(data: bytes, most_pixels: int | None = None) -> Picture:
    """The first frame of a picture, made smaller where it has more pixels than are wanted.

    Raises: Unreadable.
    """
    most_pixels = most_pixels or WORKABLE_PIXELS
    Image.MAX_IMAGE_PIXELS = None  # the limit is ours
    is_heic = data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS
    if is_heic and not _reads_heic():
        raise Unreadable("heic")
    try:
        with Image.open(BytesIO(data), formats=("HEIF",) if is_heic else FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Unreadable("too-many-pixels")
            return upright(image, most_pixels)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Unreadable("damaged-heic" if is_heic else "not-a-picture") from error


@cache
def _reads_heic() -> bool:
    """Whether there is a decoder for what iPhones make."""
    try:
        import pi_heif
    except ImportError:
        return False
    pi_heif.register_heif_opener()
    return True


def upright(image: Image.Image, most_pixels: int = WORKABLE_PIXELS) -> Picture:
    """A picture that was opened the right way up, made smaller where it has more pixels."""
    width, height = image.size
    factor = 1
    while width * height > most_pixels * factor * factor:
        factor *= 2
    image.draft(None, (width // factor, height // factor))  # JPEG is decoded at that size
    sideways = image.getexif().get(ORIENTATION) in SIDEWAYS
    small: Image.Image = image
    if image.width * image.height > most_pixels:
        small = _plain(image).reduce(factor)
    turned = ImageOps.exif_transpose(small)
    if sideways:
        width, height = height, width
    return Picture(_plain(turned), width, height)


def _plain(image: Image.Image) -> Image.Image:
    """In three colours; what is transparent is white."""
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    colours = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(colours, mask=colours.getchannel("A"))
    # What the file tells of itself, its orientation above all, is not in the pixels.
    paper.info, paper._exif = image.info, image.getexif()
    return paper
