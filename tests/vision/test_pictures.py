from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from app.vision import pictures
from tests.vision.heic import HEIC


def saved(image: Image.Image, form: str, **more: Any) -> bytes:
    content = io.BytesIO()
    image.save(content, form, **more)
    return content.getvalue()


def turned(orientation: int) -> bytes:
    """A picture whose upper left quarter is dark as it is stored."""
    image = Image.new("L", (80, 40), 255)
    image.paste(0, (0, 0, 40, 20))
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(image, "JPEG", exif=exif)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF"])
def test_common_formats_are_read(form: str) -> None:
    picture = pictures.opened(saved(Image.new("RGB", (40, 30), "red"), form))
    assert (picture.image.size, picture.image.mode) == ((40, 30), "RGB")
    assert picture.scale == (1, 1)


@pytest.mark.parametrize(
    ("orientation", "dark"), [(1, (10, 10)), (3, (70, 30)), (6, (30, 10)), (8, (10, 70))]
)
def test_photographs_are_turned_upright(orientation: int, dark: tuple[int, int]) -> None:
    picture = pictures.opened(turned(orientation))
    sideways = orientation in (6, 8)
    assert (picture.width, picture.height) == ((40, 80) if sideways else (80, 40))
    assert picture.image.size == (picture.width, picture.height)
    assert sum(picture.image.getpixel(dark)) < 100


def test_what_iphones_make_is_read_and_turned_upright() -> None:
    picture = pictures.opened(HEIC)
    assert (picture.image.size, picture.width, picture.height) == ((32, 64), 32, 64)
    assert sum(picture.image.getpixel((24, 16))) < 100
    assert sum(picture.image.getpixel((8, 16))) > 600
    assert sum(picture.image.getpixel((24, 48))) > 600


def test_without_a_decoder_heic_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_reads_heic", lambda: False)
    assert refused(HEIC) == "heic"


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_large_pictures_become_workable(
    monkeypatch: pytest.MonkeyPatch, form: str, orientation: int
) -> None:
    monkeypatch.setattr(pictures, "WORKABLE_PIXELS", 800)
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = pictures.opened(saved(Image.new("RGB", (80, 40)), form, exif=exif))
    size = (80, 40) if orientation == 1 else (40, 80)
    assert (picture.width, picture.height) == size
    assert picture.image.size == (size[0] // 2, size[1] // 2)
    assert picture.scale == (2, 2)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_mode_becomes_three_colours(mode: str) -> None:
    form = "TIFF" if mode == "CMYK" else "PNG"
    assert pictures.opened(saved(Image.new(mode, (9, 9)), form)).image.mode == "RGB"


def test_what_is_transparent_is_white() -> None:
    picture = pictures.opened(saved(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG"))
    assert picture.image.getpixel((4, 4)) == (255, 255, 255)


def refused(data: bytes) -> str:
    with pytest.raises(pictures.Unreadable) as error:
        pictures.opened(data)
    return error.value.reason


def test_what_is_no_picture_is_told_from_one_that_is_too_large() -> None:
    whole = saved(Image.effect_noise((200, 200), 50), "PNG")
    for broken in (b"", b"Dear diary,", whole[: len(whole) // 2], b"%!PS-Adobe-3.0 EPSF-3.0\n"):
        assert refused(broken) == "not-a-picture"
    assert refused(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic") == "damaged-heic"
    assert refused(saved(Image.new("1", (8001, 8000)), "PNG")) == "too-many-pixels"
