"""GET /health: whether the model is ready, for people, pages and watchdogs."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response

from app.api.services import services
from app.errors import StillLoading

health = Blueprint("health", __name__)


@health.get("/health")
@health.get("/v1/health")
def state() -> Response:
    """Ready; else 503 with the progress while loading, or why loading failed."""
    engine = services().loading
    if engine.failure is not None:
        raise engine.failure
    if not engine.ready:
        raise StillLoading(engine.progress)
    found = services()
    # So that the page neither asks in vain nor has documents opened that nobody uses.
    answer = {
        "status": "ok",
        "assistant": found.version,
        "documents": found.library is not None,
        "documents_kept": found.library is not None and found.library.kept,
        "hears": found.hearing is not None,
        "speaks": found.voice is not None,
    }
    return Response(msgspec.json.encode(answer), mimetype="application/json")
