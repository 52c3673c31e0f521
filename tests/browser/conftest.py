from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import launched
from tests.browser.visit import Visit, Visiting


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless, with a profile of its own."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visiting]:
    """Opens tabs. In none of them may another host be asked, or the browser complain."""
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
