"""GET /props: what is served, and how."""

from __future__ import annotations

from flask import Blueprint, Response

from app.api.llamacpp.settings import settings_fields
from app.api.services import services
from app.api.wire import answered
from app.chat.pictures import SHOWN
from app.engine.request import Generation
from app.errors import SwitchedOff
from app.language import Text

props = Blueprint("llamacpp_props", __name__)

_UNCHANGEABLE = Text(
    "Properties cannot be changed while the assistant runs. Start it with other flags.",
    "助手运行时不能更改属性，请用其他选项启动。",
)


@props.get("/props")
def tell() -> Response:
    """The model, its template, and what counts where a request does not say it."""
    found, model = services(), services().engine.model
    defaults = Generation((), found.defaults.max_tokens, found.defaults.sampling)
    return answered(
        {
            "default_generation_settings": {
                "params": settings_fields(defaults, model),
                "n_ctx": model.context_tokens,
            },
            "total_slots": model.facts.sequences,
            "model_alias": found.model_alias,
            "model_path": found.model_path,
            "modalities": {"vision": model.sees, "video": False, "audio": False},
            "media_marker": SHOWN,
            "endpoint_slots": found.endpoints.slots,
            "endpoint_props": found.endpoints.props,
            "endpoint_metrics": found.endpoints.metrics,
            "chat_template": model.template.source,
            "bos_token": model.facts.begin_text,
            "eos_token": model.facts.end_text,
            "build_info": found.build,
            "is_sleeping": found.engine.sleeping,
        }
    )


@props.post("/props")
def change() -> Response:
    """Nothing can be changed."""
    raise SwitchedOff(_UNCHANGEABLE)
