"""POST /api/embed: vectors of texts; POST /api/embeddings: as older clients ask for one."""

from __future__ import annotations

import time

import msgspec
from flask import Blueprint, Response

from app.api.ollama.request import EmbedOneRequest, EmbedRequest
from app.api.services import services
from app.api.vectors import pooled
from app.api.wire import answered, read
from app.engine.embedding import normalized

embed = Blueprint("ollama_embed", __name__)

_decoder = msgspec.json.Decoder(EmbedRequest)
_one_decoder = msgspec.json.Decoder(EmbedOneRequest)


@embed.post("/api/embed")
def vectors() -> Response:
    """The vector of each input; what is too long is cut, unless told not to."""
    asked, found, started_ns = read(_decoder), pooled(), time.perf_counter_ns()
    texts = [asked.input] if isinstance(asked.input, str) else asked.input
    most = None if asked.truncate is False else found.model.facts.most_tokens
    tokens = [found.model.tokenize(text)[:most] for text in texts]
    told = [vector for [vector] in found.embed(tokens)]
    if asked.dimensions:
        told = [normalized(vector[: asked.dimensions]) for vector in told]
    return answered(
        {
            "model": services().model_alias,
            "embeddings": told,
            "total_duration": time.perf_counter_ns() - started_ns,
            "load_duration": 0,
            "prompt_eval_count": sum(map(len, tokens)),
        }
    )


@embed.post("/api/embeddings")
def vector() -> Response:
    """The vector of one text, cut where it is too long."""
    asked, found = read(_one_decoder), pooled()
    tokens = found.model.tokenize(asked.prompt)[: found.model.facts.most_tokens]
    [[told]] = found.embed([tokens])
    return answered({"embedding": told})
