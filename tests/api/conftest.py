from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from cheroot.server import HTTPServer
from flask.testing import FlaskClient

from app.api.services import Services
from app.bundle.page import PageFiles
from app.engine.engine import Engine
from tests.api.serving import Serving, client_of
from tests.fakes.engine import scripted_engine

PAGE = {
    "index.html": b"<!doctype html><title>Assistant</title>",
    "index.html.br": b"as brotli",
    "index.html.gz": b"as gzip",
    "assets/app-5X7KQ2LM.js": b"start()",
}


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Answers with the last message."""
    engine = scripted_engine()
    yield engine
    engine.close()


@pytest.fixture
def services(engine: Engine) -> Services:
    return Services(engine, PageFiles(lambda: PAGE), "scripted", "1.2.3")


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return client_of(services)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Engine], Serving]]:
    """Starts a real server on an engine; both end with the test."""
    # Cheroot looks whether it should stop only as often as it looks for silent connections.
    monkeypatch.setattr(HTTPServer, "expiration_interval", 0.02)
    started: list[Serving] = []

    def start(engine: Engine, **more: object) -> Serving:
        started.append(Serving(engine, **more))
        return started[-1]

    yield start
    for each in started:
        each.close()
