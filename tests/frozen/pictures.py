"""Pictures with words in them."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont


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
