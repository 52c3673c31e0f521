"""Prompts as they are sent for completion: texts, tokens, both mixed, or texts with pictures."""

from __future__ import annotations

from typing import Any

from app.api.fields import not_supported
from app.api.vision.described import pixels_of
from app.api.wire import wrong
from app.chat.pictures import SHOWN
from app.engine.model import Model
from app.engine.pictures.picture import Pixels, Seen
from app.language import Text

_EMPTY = Text("must not be empty", "不能为空")
_NO_PROMPT = Text(
    "must be a text, a list of tokens and texts, or a list of such prompts",
    "应为文本、由词元和文本组成的列表，或多个这样的提示词",
)
_NOT_ALL = Text(
    "must be a list with one picture for each {mark} in prompt_string",
    "应为列表，且 prompt_string 中的每个 {mark} 对应一张图片",
)
_NO_PICTURE = Text("must be a picture, as base64", "应为 base64 编码的图片")
_NOT_A_TOKEN = Text("the number is out of range", "数值超出范围")


def prompts(sent: Any, model: Model, field: str = "prompt") -> list[Seen]:
    """Every prompt that was sent, as tokens. Raises: BadRequest; NotSupported.

    Source: llama.cpp, tools/server/README.md, "POST /completion".
    """
    if not is_several(sent):
        return [_prompt(sent, model, field)]
    if not sent:
        raise wrong(field, _EMPTY)
    return [_prompt(each, model, f"{field}[{index}]") for index, each in enumerate(sent)]


def is_several(sent: Any) -> bool:
    """Whether it is a list of prompts; one that holds tokens is a prompt itself."""
    return isinstance(sent, list) and not any(isinstance(each, int) for each in sent)


def _prompt(sent: Any, model: Model, field: str) -> Seen:
    if isinstance(sent, dict):
        return _of_object(sent, model, field)
    parts = sent if isinstance(sent, list) else [sent]
    tokens: list[int] = []
    for index, part in enumerate(parts):
        place = f"{field}[{index}]" if parts is sent else field
        if isinstance(part, str):
            tokens += model.tokenize(part, special=True, begin=index == 0)
        elif isinstance(part, int) and not isinstance(part, bool):
            tokens.append(_token(part, place))
        else:
            raise wrong(place, _NO_PROMPT)
    return Seen(tuple(tokens))


def _of_object(sent: dict[str, Any], model: Model, field: str) -> Seen:
    text = sent.get("prompt_string")
    if not isinstance(text, str):
        raise wrong(f"{field}.prompt_string", _NO_PROMPT)
    if pictures := sent.get("multimodal_data"):
        return _with_pictures(text, pictures, model, f"{field}.multimodal_data")
    return Seen(model.tokenize(text, special=True, begin=True))


def _with_pictures(text: str, sent: Any, model: Model, field: str) -> Seen:
    if not model.sees:
        raise not_supported(field)
    texts = text.split(SHOWN)
    if not isinstance(sent, list) or len(sent) != len(texts) - 1:
        raise wrong(field, _NOT_ALL.filled(mark=SHOWN))
    parts: list[str | Pixels] = [texts[0]]
    for index, image in enumerate(sent):
        if not isinstance(image, str):
            raise wrong(f"{field}[{index}]", _NO_PICTURE)
        parts += [pixels_of(image, f"{field}[{index}]"), texts[index + 1]]
    return model.prompt_with([part for part in parts if part])


def _token(number: int, field: str) -> int:
    if not 0 <= number < 2**31:
        raise wrong(field, _NOT_A_TOKEN)
    return number
