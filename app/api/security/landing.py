"""All that a device sees before it is paired: one page, with the files that this names."""

from __future__ import annotations

import re

from flask import request

from app.api.services import services
from app.bundle.page import PageFiles

PAGE = "pair"
_PAGES = ("", PAGE, "glance")  # where a browser may come first
_NAMES = re.compile(rb'(?:src|href)="/?([^"]+)"')


def path() -> str | None:
    """Which of the page's files this request may have, whoever asks; None: none of them."""
    asked = request.path.removeprefix("/")
    if asked in _PAGES:
        return PAGE
    return asked if asked in files(services().page) else None


def files(page: PageFiles) -> frozenset[str]:
    """What the landing page names."""
    found = page.get(PAGE, ())
    return frozenset(each.decode() for each in _NAMES.findall(found.data)) if found else frozenset()
