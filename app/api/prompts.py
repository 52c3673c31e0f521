"""Prompts as they are sent for completion: texts, tokens, or both mixed."""

from __future__ import annotations

from typing import Any

from app.api.fields import not_supported
from app.api.wire import wrong
from app.engine.model import Model
from app.language import Text

_EMPTY = Text("must not be empty", "不能为空")
_NO_PROMPT = Text(
    "must be a text, a list of tokens and texts, or a list of such prompts",
    "应为文本、由词元和文本组成的列表，或多个这样的提示词",
)
_NOT_A_TOKEN = Text("the number is out of range", "数值超出范围")


def prompts(sent: Any, model: Model, field: str = "prompt") -> list[tuple[int, ...]]:
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


def _prompt(sent: Any, model: Model, field: str) -> tuple[int, ...]:
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
    return tuple(tokens)


def _of_object(sent: dict[str, Any], model: Model, field: str) -> tuple[int, ...]:
    if sent.get("multimodal_data"):
        raise not_supported(f"{field}.multimodal_data")
    text = sent.get("prompt_string")
    if not isinstance(text, str):
        raise wrong(f"{field}.prompt_string", _NO_PROMPT)
    return model.tokenize(text, special=True, begin=True)


def _token(number: int, field: str) -> int:
    if not 0 <= number < 2**31:
        raise wrong(field, _NOT_A_TOKEN)
    return number
