"""The system's Chromium, as every test and picture starts it."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
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
FRAMES = 10  # which begin again


INSECURE = "phone.test"
"""A name of this machine that browsers do not take for it: what they give to HTTPS alone lacks."""


def launched(playwright: Playwright, *more: str) -> Browser:
    """Headless, with a new profile."""
    arguments = [*ARGUMENTS, f"--host-resolver-rules=MAP {INSECURE} 127.0.0.1", *more]
    return playwright.chromium.launch(executable_path=program("chromium"), args=arguments)


def camera(film: Path) -> tuple[str, ...]:
    """What makes it see a film; pages still have to be allowed to."""
    return ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}")


def filmed(picture: bytes, film: Path) -> Path:
    """A film in which nothing but this picture is seen."""
    frame = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").save(frame, "JPEG", quality=92)
    film.write_bytes(frame.getvalue() * FRAMES)
    return film
