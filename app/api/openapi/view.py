"""GET /openapi.json."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from app.api.services import services
from app.api.wire import answered

openapi = Blueprint("openapi", __name__)


@openapi.get("/openapi.json")
def describe() -> Response:
    """This description."""
    from app.api.openapi import description  # most starts never ask for it

    return answered(description.describe(current_app, services().version))
