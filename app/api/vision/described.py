"""Pictures for a model that reads text only: what is written in them, marked as such."""

from __future__ import annotations

from app.api.errors import spoken_language
from app.api.services import services
from app.api.vision.pictures import embedded
from app.language import Text

_WRITTEN = Text("[Text in the picture: {text}]", "[图片中的文字：{text}]")
_NOTHING = Text("[A picture without readable text]", "[一张没有可识别文字的图片]")


def can_read() -> bool:
    """Whether pictures can be read here."""
    return services().sight is not None


def in_words(image: str, field: str) -> str:
    """A picture, a data URL or base64 alone, as text. `field`: where it was sent.

    Raises: BadRequest, PictureRefused, VisionFailed, SwitchedOff.
    """
    text = services().seeing.read(embedded(image, field)).text
    marked = _WRITTEN.filled(text=text) if text else _NOTHING
    return marked.of(spoken_language())
