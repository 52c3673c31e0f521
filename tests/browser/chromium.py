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


INSECURE = "phone.test"
"""A name of this machine that browsers do not take for it: what they give to HTTPS alone lacks."""


def launched(playwright: Playwright, *more: str) -> Browser:
    """Headless, with a new profile."""
    arguments = [*ARGUMENTS, f"--host-resolver-rules=MAP {INSECURE} 127.0.0.1", *more]
    return playwright.chromium.launch(executable_path=program("chromium"), args=arguments)
