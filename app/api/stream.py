"""Server-sent events over one HTTP response. Source: html.spec.whatwg.org, "Server-sent events"."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response

from app.api import errors
from app.api.asking import WatchedReply
from app.errors import AssistantError
from app.language import Language

DONE = b"data: [DONE]\n\n"


def event(data: bytes) -> bytes:
    """One event; `data` is JSON, which has no line breaks."""
    return b"data: " + data + b"\n\n"


def streamed(events: Iterator[bytes], reply: WatchedReply) -> Response:
    """The events as a response that closes `reply` however it ends: read, left or broken."""
    spoken = errors.spoken_language()
    response = Response(_with_error(events, spoken), mimetype="text/event-stream")
    # A proxy that holds a response back until it is complete would spoil it.
    response.headers["X-Accel-Buffering"] = "no"
    # Not in the generator: one that is closed before its first event never runs.
    response.call_on_close(reply.close)
    return response


def _with_error(events: Iterator[bytes], spoken: Language) -> Iterator[bytes]:
    """The status is sent by now, so an error can only be an event."""
    try:
        yield from events
    except AssistantError as error:
        yield event(errors.body(error, spoken))
