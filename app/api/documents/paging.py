"""Lists that come in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import request

from app.api.wire import wrong
from app.language import Text

MOST = 10_000

Item = TypeVar("Item")

_NO_NUMBER = Text("must be a whole number from 1 to {most}", "必须是 1 到 {most} 之间的整数")
_NOT_THERE = Text("is not in this list", "不在这个列表中")
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


def part(found: Sequence[Item], page: Page, name: Callable[[Item], str]) -> tuple[list[Item], bool]:
    """The part of a whole list, oldest first, that a page shows; whether more follows.

    Raises: BadRequest where `after` or `before` names nothing of the list.
    """
    ordered = list(found[::-1] if page.newest_first else found)
    names = [name(each) for each in ordered]
    start, end = 0, len(ordered)
    if page.after is not None:
        start = _place(names, page.after, "after") + 1
    if page.before is not None:
        end = _place(names, page.before, "before")
    shown = ordered[start:end]
    return shown[: page.limit], len(shown) > page.limit


def _place(names: list[str], wanted: str, field: str) -> int:
    if wanted not in names:
        raise wrong(field, _NOT_THERE)
    return names.index(wanted)
