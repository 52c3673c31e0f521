"""POST /embedding: vectors of texts, one for each token where nothing pools them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from app.api.vectors import embedder, inputs
from app.api.wire import answered, read, wrong
from app.language import Text

embedding = Blueprint("llamacpp_embedding", __name__)

_MISSING = Text("required, but missing", "必填，但缺少该字段")


class EmbeddingRequest(msgspec.Struct):
    """What to make vectors of, under either name."""

    content: Any = None
    input: Any = None
    embd_normalize: Annotated[int, Meta(ge=-1, le=64)] | None = None


_decoder = msgspec.json.Decoder(EmbeddingRequest)


@embedding.post("/embedding")
@embedding.post("/embeddings")
def embed() -> Response:
    """Each input's vectors."""
    asked, found = read(_decoder), embedder()
    field = "input" if asked.content is None else "content"
    sent = getattr(asked, field)
    if sent is None:
        raise wrong("content", _MISSING)
    norm = 2 if asked.embd_normalize is None else asked.embd_normalize
    vectors = found.embed(inputs(sent, found.model, field), norm)
    return answered([{"index": index, "embedding": each} for index, each in enumerate(vectors)])
