from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cheroot.server import HTTPServer
from flask.testing import FlaskClient

from app.api.services import Services
from app.bundle.page import PageFiles
from app.conversations.history import History
from app.engine.engine import Engine
from app.knowledge.library import Library, Options
from app.security.devices import Devices
from app.security.security import Security
from app.speech.live.sessions import Sessions
from tests.api.serving import Serving, client_of
from tests.fakes.embedder import scripted_embedder
from tests.fakes.embedding import hashed_embedding
from tests.fakes.engine import scripted_engine
from tests.fakes.recognizer import instant_hearing
from tests.fakes.sight import scripted_sight
from tests.fakes.speech import scripted_speaking

LIVE_AT_ONCE = 10_000
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


@pytest.fixture
def everywhere(services: Services, tmp_path: Path) -> Iterator[FlaskClient]:
    """Everything that can be switched on is; documents are kept, but nobody reads them."""
    embedder = scripted_embedder()
    library = Library(Options(tmp_path, ()), hashed_embedding())
    history = History(tmp_path)
    with scripted_sight() as sight, scripted_speaking() as voice:
        services = replace(services, security=Security(devices=Devices(tmp_path)))
        parts = {"embedder": embedder, "library": library, "sight": sight, "history": history}
        hearing = instant_hearing()
        hearing.sessions = Sessions(LIVE_AT_ONCE)
        yield client_of(replace(services, hearing=hearing, voice=voice, **parts))
    history.close()
    library.close()
    embedder.close()
