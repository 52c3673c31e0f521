"""Inputs of embedding models as they are sent: texts, tokens, both mixed, or parts."""

from __future__ import annotations

from typing import Any

from app.api.openai.messages import part_text
from app.api.prompts import is_several
from app.api.services import services
from app.api.wire import wrong
from app.engine.embedding import Embedder, EmbeddingModel
from app.errors import SwitchedOff
from app.language import Text

_NONE = Text(
    "This server does not support embeddings. Start it with --embeddings.",
    "未启用嵌入，请用 --embeddings 启动。",
)
_NOT_POOLED = Text(
    "this model is served without pooling, for which /embeddings is the address",
    "该模型以不合并（pooling none）方式提供，请使用 /embeddings",
)
_EMPTY = Text("must not be empty", "不能为空")
_NO_INPUT = Text(
    "must be a text, a list of tokens and texts, or a list of such inputs",
    "应为文本、由词元和文本组成的列表，或多个这样的输入",
)


def embedder() -> Embedder:
    """What makes vectors. Raises: SwitchedOff."""
    found = services().embedder
    if found is None:
        raise SwitchedOff(_NONE)
    return found


def pooled() -> Embedder:
    """The same, where each input has one vector. Raises: SwitchedOff; BadRequest."""
    found = embedder()
    if found.model.facts.pooling == "none":
        raise wrong("input", _NOT_POOLED)
    return found


def inputs(sent: Any, model: EmbeddingModel, field: str) -> list[tuple[int, ...]]:
    """Every input as tokens. Raises: BadRequest; NotSupported."""
    if not is_several(sent):
        return [_input(sent, model, field)]
    if not sent:
        raise wrong(field, _EMPTY)
    return [_input(each, model, f"{field}[{index}]") for index, each in enumerate(sent)]


def _input(sent: Any, model: EmbeddingModel, field: str) -> tuple[int, ...]:
    match sent:
        case str():
            return model.tokenize(sent)
        case {"prompt_string": str() as text} if not sent.get("multimodal_data"):
            return model.tokenize(text)
        case {"content": list() as parts}:
            return model.tokenize(_joined(parts, f"{field}.content"))
        case list():
            return tuple(token for each in sent for token in _tokens(each, model, field))
    raise wrong(field, _NO_INPUT)


def _joined(parts: list[Any], field: str) -> str:
    texts = []
    for index, part in enumerate(parts):
        place = f"{field}[{index}]"
        if not isinstance(part, dict) or not isinstance(part.get("type"), str):
            raise wrong(f"{place}.type", _NO_INPUT)
        text = part.get("text")
        texts.append(part_text(part["type"], text if isinstance(text, str) else None, place))
    return "".join(texts)


def _tokens(sent: Any, model: EmbeddingModel, field: str) -> tuple[int, ...]:
    if isinstance(sent, str):
        return model.tokenize(sent)
    if isinstance(sent, int) and not isinstance(sent, bool) and 0 <= sent < 2**31:
        return (sent,)
    raise wrong(field, _NO_INPUT)
