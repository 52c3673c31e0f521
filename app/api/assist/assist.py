"""POST /v1/assist: one request for devices that only record, photograph and play.

To interrupt it, close the connection: what was being written, said or recognized ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import msgspec
from flask import Blueprint, Response

from app.api.assist.request import asked
from app.api.assist.turn import Turn
from app.api.forms import takes_files
from app.api.stream import event, streamed

assist = Blueprint("assist", __name__)


@assist.post("/v1/assist")
@takes_files
def answer() -> Response:
    """Hear, see and look up what was sent, and stream the answer as text and speech."""
    with ExitStack() as held:
        turn = Turn(held.enter_context(asked()))
        held.callback(turn.close)
        turn.begin()
        return streamed(_events(turn), held.pop_all())


def _events(turn: Turn) -> Iterator[bytes]:
    for told in turn.events():
        yield event(msgspec.json.encode(told))
