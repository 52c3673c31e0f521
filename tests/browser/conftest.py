from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from app.engine.engine import Engine
from tests.browser.chromium import launched
from tests.browser.scripted import Serve, Serving
from tests.browser.visit import Visit, Visiting


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless, with a profile of its own."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Servers of this test."""
    running: list[Serving] = []

    def started(engine: Engine, api_key: str | None = None) -> Serving:
        running.append(Serving(engine, api_key))
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
