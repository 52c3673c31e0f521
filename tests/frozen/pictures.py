"""Pictures with words in them."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

PHOTOGRAPH = (8000, 6000)
MOST_MB = 1200  # that reading it may take


def photograph(text: str) -> bytes:
    """48 megapixels with words in them, lying on their side until they are turned as they say."""
    page = Image.open(io.BytesIO(picture(text)))
    whole = Image.new("RGB", PHOTOGRAPH, "white")
    whole.paste(page.resize((4500, 800)), (1500, 2000))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    content = io.BytesIO()
    whole.transpose(Image.Transpose.ROTATE_90).save(content, "JPEG", exif=exif)
    return content.getvalue()


def peak_mb(process: int) -> int:
    """The most memory that a process has taken; 0 where that is not told."""
    peak = None
    with suppress(OSError):
        peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(peak[1]) >> 10 if peak else 0


def picture(*pages: str, size: tuple[int, int] = (900, 160)) -> bytes:
    """Large letters on white: one page as PNG, several as TIFF."""
    drawn = []
    for text in pages:
        page = Image.new("RGB", size, "white")
        ImageDraw.Draw(page).text((40, 40), text, "black", ImageFont.load_default(56))
        drawn.append(page)
    content = io.BytesIO()
    if len(drawn) == 1:
        drawn[0].save(content, "PNG")
    else:
        drawn[0].save(content, "TIFF", save_all=True, append_images=drawn[1:])
    return content.getvalue()
