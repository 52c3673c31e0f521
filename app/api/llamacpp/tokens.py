"""POST /tokenize, /detokenize and /apply-template: what the model gets to see of a text."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from app.api.openai.chat_request import ChatCompletionRequest
from app.api.services import services
from app.api.wire import answered, read, wrong
from app.chat.answer import plan
from app.engine.model import Model
from app.language import Text

tokens = Blueprint("llamacpp_tokens", __name__)

_UNKNOWN = Text("this model has no such token", "该模型没有这个词元")


class TokenizeRequest(msgspec.Struct):
    """A text. `add_special`: as the beginning of a prompt; `parse_special`: control tokens too."""

    content: str = ""
    add_special: bool = False
    parse_special: bool = True
    with_pieces: bool = False


class DetokenizeRequest(msgspec.Struct):
    """Tokens."""

    tokens: list[Annotated[int, Meta(ge=0)]] = []


_tokenize = msgspec.json.Decoder(TokenizeRequest)
_detokenize = msgspec.json.Decoder(DetokenizeRequest)
_apply = msgspec.json.Decoder(ChatCompletionRequest)


@tokens.post("/tokenize")
def tokenize() -> Response:
    """A text's tokens."""
    asked, model = read(_tokenize), services().engine.model
    found = model.tokenize(asked.content, asked.parse_special, asked.add_special)
    told = [_with_piece(token, model) for token in found] if asked.with_pieces else found
    return answered({"tokens": told})


@tokens.post("/detokenize")
def detokenize() -> Response:
    """The text of tokens."""
    asked, model = read(_detokenize), services().engine.model
    for index, token in enumerate(asked.tokens):
        if token >= model.facts.vocabulary:
            raise wrong(f"tokens[{index}]", _UNKNOWN)
    return answered({"content": model.text_of(asked.tokens)})


@tokens.post("/apply-template")
def apply_template() -> Response:
    """The prompt that a conversation becomes."""
    return answered({"prompt": plan(services().engine.model, read(_apply).asked()).prompt})


def _with_piece(token: int, model: Model) -> dict[str, Any]:
    piece = model.shown(token)
    try:
        return {"id": token, "piece": piece.decode()}
    except UnicodeDecodeError:  # a part of a character
        return {"id": token, "piece": list(piece)}
