"""A person at the page: what they do, what they see, and what the browser complained about."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, urlsplit

from playwright.sync_api import BrowserContext, Locator, ViewportSize, expect

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
GLASSES: ViewportSize = {"width": 640, "height": 400}
PATIENCE_MS = 60_000  # a real model on a busy machine


class Visit:
    """One tab, opened on the page at `url`."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.host = urlsplit(url).netloc
        self.hosts: set[str] = set()
        self._heard: list[str] = []
        self._forgiven: list[str] = []
        context.on("request", lambda request: self._ask(urlsplit(request.url)))
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self._hear("error", str(error)))
        self.page.goto(url)

    def _ask(self, address: SplitResult) -> None:
        if address.scheme not in ("blob", "data"):  # these ask nobody
            self.hosts.add(address.netloc)

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self._heard.append(text)

    @property
    def complaints(self) -> list[str]:
        """What the browser complained about and nobody forgave."""
        return [text for text in self._heard if not any(word in text for word in self._forgiven)]

    def forgive(self, word: str) -> None:
        """Pass over complaints with this word: the browser writes down each refused request."""
        self._forgiven.append(word)

    @property
    def field(self) -> Locator:
        """Where messages are written."""
        return self.page.locator("textarea")

    @property
    def questions(self) -> Locator:
        """What was asked."""
        return self.page.locator(".question p")

    @property
    def answer(self) -> Locator:
        """The text of the last answer."""
        return self.page.locator(".answer .markdown").last

    def button(self, name: str) -> Locator:
        """The last button of that name."""
        return self.page.get_by_role("button", name=name, exact=True).last

    def ask(self, question: str) -> None:
        """Types a message, once it could be answered, and sends it."""
        self.wait_ready()
        self.field.fill(question)
        self.field.press("Enter")

    def wait_ready(self) -> None:
        """Until the page knows its model."""
        expect(self.page.locator(".model")).not_to_be_empty(timeout=PATIENCE_MS)

    def wait_answered(self, patience_ms: int = PATIENCE_MS) -> None:
        """Until nothing is being written."""
        expect(self.page.locator(".answer[aria-busy=false]").last).to_be_visible(
            timeout=patience_ms
        )
        expect(self.page.locator(".answer[aria-busy=true]")).to_have_count(0, timeout=patience_ms)

    def read_a_little(self) -> None:
        """Reads the beginning of an answer and stops it, if it has not ended already."""
        expect(self.answer).to_contain_text(re.compile(r"\S"), timeout=PATIENCE_MS)
        self.page.keyboard.press("Escape")
        self.wait_answered()

    def lengths_while_writing(self, enough: int) -> list[int]:
        """How long the answer was, each time it had grown, until it grew `enough` times."""
        lengths: list[int] = []
        until = time.monotonic() + PATIENCE_MS / 1000
        while len(lengths) < enough and time.monotonic() < until:
            length = len(self.answer.text_content() or "")
            if length > (lengths[-1] if lengths else 0):
                lengths.append(length)
        return lengths

    def evaluate(self, script: str) -> Any:
        """What a script in the tab returns."""
        return self.page.evaluate(script)


Visiting = Callable[..., Visit]
"""Opens a tab on an address, with Playwright's options for a browser context."""
