"""Builds the Flask app: one blueprint per subject."""

from __future__ import annotations

from flask import Flask

from app.api.chat import chat
from app.api.errors import handle_errors
from app.api.guard import guard
from app.api.health import health
from app.api.models import models
from app.api.page import page
from app.api.record import keep_records
from app.api.services import Services, give


def create_app(services: Services) -> Flask:
    """The whole API and the page, on what the assembly built."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = services.max_body_bytes
    app.url_map.merge_slashes = False  # an address is right or wrong; nobody is sent elsewhere
    give(services, app)
    keep_records(app)
    guard(app)
    handle_errors(app)
    for blueprint in (chat, models, health, page):
        app.register_blueprint(blueprint)
    return app
