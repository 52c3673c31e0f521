"""Lists that come in pages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from app.api.wire import wrong
from app.language import Text

MOST = 10_000

_NO_NUMBER = Text("must be a whole number from 1 to {most}", "必须是 1 到 {most} 之间的整数")
_NO_ORDER = Text("must be asc or desc", "必须是 asc 或 desc")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for. `after` and `before`: the ids next to it."""

    limit: int
    after: str | None
    before: str | None
    newest_first: bool


def asked(limit: int, most: int = MOST, newest_first: bool = False) -> Page:
    """What this request asks for. Raises: BadRequest."""
    order = request.args.get("order", "desc" if newest_first else "asc")
    if order not in ("asc", "desc"):
        raise wrong("order", _NO_ORDER)
    return Page(
        number("limit", limit, most),
        request.args.get("after") or None,
        request.args.get("before") or None,
        order == "desc",
    )


def number(name: str, default: int, most: int) -> int:
    """A whole number of the query string. Raises: BadRequest."""
    sent = request.args.get(name)
    if sent is None:
        return default
    if not (sent.isascii() and sent.isdigit() and len(sent) < 10 and 1 <= int(sent) <= most):
        raise wrong(name, _NO_NUMBER.filled(most=most))
    return int(sent)
