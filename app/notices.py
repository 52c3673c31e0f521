"""What a person should hear although nobody asked: it goes to the terminal, and into the log."""

from __future__ import annotations

import logging
from functools import cache

from app.language import Text

NOTICE = "notice"
"""The attribute of a record that holds the text in both languages."""


def notices() -> logging.Logger:
    """Where they go by."""
    return logging.getLogger("app.notices")


@cache
def say_once(text: Text) -> None:
    """Say it, unless it was said before."""
    say(text)


def say(text: Text) -> None:
    """Say it."""
    notices().warning("%s", text.en, extra={NOTICE: text})
