"""GET /v1/models: the one model that answers, whatever name a request gives."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response

from app.api.services import services
from app.errors import NotFound
from app.language import Text

models = Blueprint("models", __name__)

_UNKNOWN = Text(
    "There is no model named “{name}”. The one here is “{alias}”.",
    "没有名为“{name}”的模型，这里的模型是“{alias}”。",
)


@models.get("/v1/models")
@models.get("/models")
def all_models() -> Response:
    """Every model: one."""
    return _json({"object": "list", "data": [_model()]})


@models.get("/v1/models/<path:name>")
def one_model(name: str) -> Response:
    """One model by its name."""
    alias = services().model_alias
    if name != alias:
        raise NotFound(_UNKNOWN.filled(name=name, alias=alias), "model")
    return _json(_model())


def _model() -> dict[str, Any]:
    model = services().engine.model
    return {
        "id": services().model_alias,
        "object": "model",
        "created": services().started,
        "owned_by": "assistant",
        "meta": {
            "name": model.name,
            "description": model.description,
            "n_params": model.parameters,
            "size": model.size_bytes,
            "n_ctx": model.context_tokens,
            "n_ctx_train": model.trained_context_tokens,
        },
    }


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), mimetype="application/json")
