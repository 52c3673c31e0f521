"""What the blueprints work with; the assembly builds it once, the app carries it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app

from app.api.running import Running
from app.bundle.page import PageFiles
from app.engine.engine import Engine

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Services:
    """`host`: the address that the server listens on; `api_key` None: nobody needs one."""

    engine: Engine
    page: PageFiles
    model_alias: str
    version: str
    api_key: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    max_body_bytes: int = 32 * MIB
    started: int = field(default_factory=lambda: int(time.time()))
    running: Running = field(default_factory=Running)


def give(services: Services, app: Flask) -> None:
    """Let every request of `app` work with these services."""
    app.extensions["services"] = services


def of(app: Flask) -> Services:
    """The services of an app."""
    return cast(Services, app.extensions["services"])


def services() -> Services:
    """The services of the app that handles this request."""
    return of(current_app)
