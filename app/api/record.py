"""One log line for each request: never a body, a key or a query string."""

from __future__ import annotations

import logging
import time
from urllib.parse import quote

from flask import Flask, Response, g, request

from app.engine.reply import Timings

_log = logging.getLogger(__name__)

# As nginx logs it: the client left before the answer was complete.
CLIENT_LEFT = 499


class Record:
    """What is known of one request; it may outlive the request's context while it streams."""

    def __init__(self, method: str, path: str) -> None:
        self._started_s = time.perf_counter()
        self._first_text_s: float | None = None
        self._method = method
        self._path = quote(path)  # a line break in it would forge a second line
        self._answers: list[Timings] = []
        self.client_left = False

    def note_text(self) -> None:
        """The first text of an answer is there."""
        if self._first_text_s is None:
            self._first_text_s = time.perf_counter() - self._started_s

    def add(self, timings: Timings) -> None:
        """An answer is complete; a request may have several."""
        self._answers.append(timings)

    def line(self, status: int) -> str:
        """Method, path, status, counts of tokens, and times."""
        parts = [self._method, self._path, str(CLIENT_LEFT if self.client_left else status)]
        parts += self._counts()
        if self._first_text_s is not None:
            parts.append(f"first={self._first_text_s:.3f}s")
        parts.append(f"total={time.perf_counter() - self._started_s:.3f}s")
        return " ".join(parts)

    def _counts(self) -> list[str]:
        """The sums that /metrics is made of; what was cached is not part of what was read."""
        if not (each := self._answers):
            return []
        return [
            f"prompt={sum(one.prompt_n for one in each)}",
            f"cached={sum(one.cache_n for one in each)}",
            f"completion={sum(one.predicted_n for one in each)}",
            f"reading={sum(one.prompt_ms for one in each) / 1000:.3f}s",
            f"writing={sum(one.predicted_ms for one in each) / 1000:.3f}s",
        ]


def current() -> Record:
    """This request's record."""
    if "record" not in g:
        g.record = Record(request.method, request.path)
    record: Record = g.record
    return record


def keep_records(app: Flask) -> None:
    """Log every request of `app`, once its response is sent or given up."""

    @app.before_request
    def begin() -> None:
        current()

    @app.after_request
    def end(response: Response) -> Response:
        record, status = current(), response.status_code
        # What a page and its health checks fetch again and again is of interest only in detail.
        routine = request.method in ("GET", "HEAD") and status < 400
        level = logging.DEBUG if routine else logging.INFO
        response.call_on_close(lambda: _log.log(level, "%s", record.line(status)))
        return response
