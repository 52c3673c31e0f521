"""The system's Chromium, as every test and picture starts it."""

from __future__ import annotations

from playwright.sync_api import Browser, Playwright

from tests.requirements import program

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launched(playwright: Playwright) -> Browser:
    """Headless, with a new profile."""
    return playwright.chromium.launch(executable_path=program("chromium"), args=list(ARGUMENTS))
