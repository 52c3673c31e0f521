"""GET /v1/models: the one model that answers, whatever name a request gives."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from app.api.services import services
from app.api.wire import answered
from app.errors import NotFound
from app.language import Text

models = Blueprint("openai_models", __name__)

_UNKNOWN = Text(
    "There is no model named “{name}”. The one here is “{alias}”.",
    "没有名为“{name}”的模型，这里的模型是“{alias}”。",
)


@models.get("/v1/models")
@models.get("/models")
def all_models() -> Response:
    """Every model: one. `models` is llama-server's, after Ollama's."""
    return answered({"object": "list", "data": [_model()], "models": [_described()]})


@models.get("/v1/models/<path:name>")
def one_model(name: str) -> Response:
    """One model by its name."""
    found = services()
    if name not in (found.model_alias, *found.aliases):
        raise NotFound(_UNKNOWN.filled(name=name, alias=found.model_alias), "model")
    return answered(_model())


def _model() -> dict[str, Any]:
    found, model = services(), services().engine.model
    return {
        "id": found.model_alias,
        "aliases": [found.model_alias, *found.aliases],
        "tags": list(found.tags),
        "object": "model",
        "created": found.started,
        "owned_by": "assistant",
        "meta": {
            "name": model.name,
            "description": model.description,
            "n_params": model.parameters,
            "size": model.size_bytes,
            "n_vocab": model.facts.vocabulary,
            "n_ctx": model.context_tokens,
            "n_ctx_train": model.trained_context_tokens,
        },
    }


def _described() -> dict[str, Any]:
    alias, model = services().model_alias, services().engine.model
    return {
        "name": alias,
        "model": alias,
        "description": model.description,
        "capabilities": ["completion", *(["multimodal"] if model.sees else [])],
        "details": {"format": "gguf", "parameter_size": str(model.parameters)},
    }
