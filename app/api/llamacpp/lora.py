"""GET and POST /lora-adapters: the adapters, and how much each counts where no request says."""

from __future__ import annotations

from dataclasses import asdict

import msgspec
from flask import Blueprint, Response

from app.api.fields import Adapter
from app.api.services import services
from app.api.wire import answered, read

lora = Blueprint("llamacpp_lora", __name__)

_decoder = msgspec.json.Decoder(list[Adapter])


@lora.get("/lora-adapters")
def adapters() -> Response:
    """Every adapter with its scale."""
    return answered([asdict(each) for each in services().engine.adapters()])


@lora.post("/lora-adapters")
def scale() -> Response:
    """Other scales; adapters that are not named are off."""
    services().engine.scale_adapters({each.id: each.scale for each in read(_decoder)})
    return answered({"success": True})
