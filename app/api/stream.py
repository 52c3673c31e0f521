"""Events over one HTTP response, as server-sent events or as lines of JSON.

Source: html.spec.whatwg.org, "Server-sent events"; github.com/ndjson/ndjson-spec.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from flask import Response

from app.api import errors
from app.errors import AssistantError, of_system

DONE = b"data: [DONE]\n\n"
Framed = Callable[[bytes], bytes]


class Closable(Protocol):
    """What a response holds until it ends."""

    def close(self) -> None:
        """Let go of it."""


def event(data: bytes) -> bytes:
    """One event; `data` is JSON, which has no line breaks."""
    return b"data: " + data + b"\n\n"


def named(name: str) -> Framed:
    """Makes events with a name."""
    return lambda data: b"event: " + name.encode() + b"\n" + event(data)


def line(data: bytes) -> bytes:
    """One line of JSON."""
    return data + b"\n"


def streamed(
    events: Iterator[bytes],
    held: Closable,
    framed: Framed = event,
    mimetype: str = "text/event-stream",
) -> Response:
    """The events as a response that closes `held` however it ends: read, left or broken.

    `framed`: how an error becomes an event, for the status is sent by then.
    """
    spoken, shape = errors.spoken_language(), errors.spoken_shape()

    def body(error: AssistantError) -> bytes:
        return framed(errors.body(error, spoken, shape))

    response = Response(_with_error(events, body), mimetype=mimetype)
    # A proxy that holds a response back until it is complete would spoil it.
    response.headers["X-Accel-Buffering"] = "no"
    # Not in the generator: one that is closed before its first event never runs.
    response.call_on_close(held.close)
    return response


def _with_error(events: Iterator[bytes], body: Callable[[AssistantError], Any]) -> Iterator[bytes]:
    try:
        yield from events
    except AssistantError as error:
        yield body(error)
    except Exception as error:
        if (known := of_system(error)) is None:
            raise
        yield body(known)
