"""The real server with the real page, before an engine that answers what a test has written."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.api.app import create_app
from app.api.server import Server
from app.api.services import Services
from app.bundle.page import PageFiles
from app.conversations.history import History
from app.engine.backend import Llama
from app.engine.engine import Engine
from app.knowledge.library import Library
from app.security.devices import Devices
from app.security.hosts import Hosts
from app.security.security import Security
from app.vision.sight import Sight
from tests.fakes.engine import scripted_engine
from tests.requirements import missing
from tests.started import free_port

PAGE = Path(__file__).parents[2] / "web" / "dist"


class Serving:
    """A server in this process that a test may take away and bring back."""

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        api_key: str | None = None,
        library: Library | None = None,
        sight: Sight | None = None,
        host: str = "127.0.0.1",
        **more: Any,
    ) -> None:
        self._engine = engine
        self._folder = folder
        self._api_key = api_key
        self._library = library
        self._sight = sight
        self._hosts = Hosts(host)
        self._more = more
        # Chosen here, not by the system: only then may the same port be used again at once.
        self.port = free_port()
        self.start()

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listens, on the same port every time."""
        page = PageFiles.in_folder(built_page())
        self.history = History(self._folder)
        self._devices = Devices(self._folder)
        keys = (self._api_key,) if self._api_key else ()
        services = Services(
            *(self._engine, page, "scripted", "1"),
            security=Security(self._hosts, keys=keys, devices=self._devices),
            library=self._library,
            history=self.history,
            sight=self._sight,
            data_folder="/home/me/assistant-data",
            **self._more,
        )
        self._server = Server(create_app(services), "127.0.0.1", self.port)
        self._server.start()
        self._thread = threading.Thread(target=self._server.serve)
        self._thread.start()

    def close(self) -> None:
        """Ends the server and its engine."""
        self.stop()
        self._engine.close()

    def stop(self) -> None:
        """Ends the server; the engine goes on."""
        self._server.stop()
        self._thread.join()
        self.history.close()
        self._devices.close()


def built_page() -> Path:
    """The folder that the bundler wrote."""
    if not (PAGE / "index.html").is_file():
        missing("the page is not built: npm ci && npm run build in web/")
    return PAGE


def answering(answer: Callable[[str], str] | str, step_s: float = 0.0) -> Engine:
    """An engine with this answer, a byte in each `step_s` seconds."""
    return scripted_engine(answer, step_s=step_s)


class Loading:
    """A load that stands at `progress` until a test lets it go on."""

    def __init__(self, progress: float, llama: Llama) -> None:
        self._progress = progress
        self._llama = llama
        self._let_go = threading.Event()

    def __call__(self, report: Callable[[float], None]) -> Llama:
        report(self._progress)
        assert self._let_go.wait(60)
        return self._llama

    def finish(self) -> None:
        """Let the load end."""
        self._let_go.set()


Serve = Callable[..., Serving]
"""Serves the page for an engine, and with a key if one is named, until the test is over."""
