"""GET /api/tags, /api/version and /api/ps, and POST /api/show: what is served."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
from flask import Blueprint, Response

from app.api.services import services
from app.api.wire import answered, read
from app.errors import NotFound
from app.language import Text

models = Blueprint("ollama_models", __name__)

_UNKNOWN = Text(
    "There is no model named “{name}”. The one here is “{alias}”.",
    "没有名为“{name}”的模型，这里的模型是“{alias}”。",
)


class ShowRequest(msgspec.Struct):
    """A model's name, under either key."""

    model: str | None = None
    name: str | None = None


_decoder = msgspec.json.Decoder(ShowRequest)


@models.get("/api/version")
def version() -> Response:
    """The assistant's version."""
    return answered({"version": services().version})


@models.get("/api/tags")
def tags() -> Response:
    """Every model: one."""
    return answered({"models": [_model()]})


@models.get("/api/ps")
def running() -> Response:
    """Every model in memory: the same one."""
    return answered({"models": [{**_model(), "size_vram": 0}]})


@models.post("/api/show")
def show() -> Response:
    """What is known of a model."""
    asked, found = read(_decoder), services()
    name = asked.model or asked.name or ""
    if name.removesuffix(":latest") not in (found.model_alias, *found.aliases):
        raise NotFound(_UNKNOWN.filled(name=name, alias=found.model_alias), "model")
    model = found.engine.model
    return answered(
        {
            "details": _details(),
            "template": model.template.source,
            "parameters": "",
            "modelfile": "",
            "modified_at": _time(),
            "capabilities": [
                *("completion", "tools"),
                *(["insert"] if model.infill else []),
                *(["vision"] if model.sees else []),
            ],
            "model_info": {
                "general.name": model.name,
                "general.parameter_count": model.parameters,
                "general.context_length": model.trained_context_tokens,
            },
        }
    )


def _model() -> dict[str, Any]:
    alias, model = services().model_alias, services().engine.model
    digest = sha256((model.facts.identity or alias).encode()).hexdigest()
    size = {"size": model.size_bytes, "digest": digest}
    return {"name": alias, "model": alias, "modified_at": _time(), **size, "details": _details()}


def _details() -> dict[str, Any]:
    model = services().engine.model
    family, _, rest = model.description.partition(" ")
    return {
        "parent_model": "",
        "format": "gguf",
        "family": family,
        "families": [family],
        "parameter_size": f"{model.parameters / 1e6:.0f}M",
        "quantization_level": quantization(rest.partition(" ")[2]),
    }


def quantization(described: str) -> str:
    """How weights are stored, in Ollama's words: Q4_K_M for llama.cpp's "Q4_K - Medium"."""
    name, _, size = described.partition(" - ")
    return f"{name}_{size[0]}" if size else name


def _time() -> str:
    return datetime.fromtimestamp(services().started, UTC).isoformat().replace("+00:00", "Z")
