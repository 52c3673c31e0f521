"""POST /v1/embeddings: vectors of texts."""

from __future__ import annotations

import base64
from array import array
from typing import Annotated, Any, Literal

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from app.api.services import services
from app.api.vectors import inputs, pooled
from app.api.wire import answered, read
from app.engine.embedding import Vector, normalized

embeddings = Blueprint("openai_embeddings", __name__)


class EmbeddingsRequest(msgspec.Struct):
    """What to make vectors of. `dimensions`: so many of the first numbers only."""

    input: Any
    model: str | None = None
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: Annotated[int, Meta(ge=1)] | None = None
    embd_normalize: Annotated[int, Meta(ge=-1, le=64)] | None = None
    user: str | None = None


_decoder = msgspec.json.Decoder(EmbeddingsRequest)


@embeddings.post("/v1/embeddings")
def embed() -> Response:
    """The vector of each input."""
    asked = read(_decoder)
    found = pooled()
    tokens = inputs(asked.input, found.model, "input")
    norm = 2 if asked.embd_normalize is None else asked.embd_normalize
    vectors = [_cut(each, asked.dimensions) for [each] in found.embed(tokens, norm)]
    count = sum(map(len, tokens))
    return answered(
        {
            "object": "list",
            "model": services().model_alias,
            "data": [
                _fields(index, vector, asked.encoding_format)
                for index, vector in enumerate(vectors)
            ],
            "usage": {"prompt_tokens": count, "total_tokens": count},
        }
    )


def _cut(vector: Vector, dimensions: int | None) -> Vector:
    if dimensions is None or dimensions >= len(vector):
        return vector
    return normalized(vector[:dimensions])


def _fields(index: int, vector: Vector, form: str | None) -> dict[str, Any]:
    told: Any = vector
    if form == "base64":
        told = base64.b64encode(array("f", vector).tobytes()).decode()
    return {"object": "embedding", "index": index, "embedding": told}
