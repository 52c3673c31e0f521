from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect

from app.engine.engine import Engine
from app.knowledge.library import Library, Options
from tests.browser.chromium import camera, filmed, launched
from tests.browser.scripted import Serve, Serving
from tests.browser.shelf import GRASS_IN_LINES, written
from tests.browser.visit import PATIENCE_MS, Visit, Visiting
from tests.frozen.pictures import picture
from tests.knowledge.libraries import LONG_S, READ_IN_CHILD
from tests.started import Started, environment

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The system's Chromium, headless, with a profile of its own and a sheet before its camera."""
    sheet = picture(GRASS_IN_LINES, size=(1280, 720))
    film = filmed(sheet, tmp_path_factory.mktemp("camera") / "sheet.mjpeg")
    browser = launched(playwright, *camera(film))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def keeping(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """The built file with documents of its own, which serves the network, too."""
    home = tmp_path_factory.mktemp("keeping")
    # By itself the tiny model seldom ends an answer, and those of closed tabs go on.
    command = [executable, "--host", "0.0.0.0", "--predict", "300"]
    with Started(command, environment(home), home / "printed.txt") as running:
        yield running.wait_ready()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library without documents, in which they are found by their words alone."""
    library = Library(Options(tmp_path / "data", READ_IN_CHILD, poll_s=0.1))
    library.start()
    yield library
    library.close()


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Library:
    """A library with both documents of a shelf."""
    for path in written(tmp_path):
        job = library.add(path.name, path.read_bytes())
        assert library.wait(job, LONG_S, searchable=False).state == "done"
    return library


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Servers of this test."""
    running: list[Serving] = []

    def started(engine: Engine, **more: Any) -> Serving:
        running.append(Serving(engine, tmp_path / f"history-{len(running)}", **more))
        return running[-1]

    yield started
    for each in running:
        each.close()


@pytest.fixture
def visit(chromium: Browser, serve: Serve) -> Iterator[Visiting]:
    """Opens tabs. In none of them may another host be asked, or the browser complain.

    They close before the servers, which a page asks again and again while they are away.
    """
    visits: list[Visit] = []

    def opened(url: str, **options: Any) -> Visit:
        context = chromium.new_context(**{"locale": "en-US", **options})
        visits.append(Visit(context, url))
        return visits[-1]

    yield opened
    for each in visits:
        each.page.context.close()
        assert each.hosts == {each.host}
        assert each.complaints == []
