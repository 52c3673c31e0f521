"""Asks the engine on behalf of this request; what every protocol's endpoint does the same way."""

from __future__ import annotations

from collections.abc import Iterator

from flask import request

from app.api import record
from app.api.services import services
from app.engine.reply import Finished
from app.engine.request import Generation
from app.engine.text import Delta, TextReply
from app.errors import AssistantError


class WatchedReply:
    """The engine's text for one request; it ends when the client goes or the program ends.

    Iterating yields each Delta, then one Finished. Whoever has one must `close` it.
    Raises: EngineFailed; Cancelled when the program ends meanwhile.
    """

    def __init__(self, text: TextReply) -> None:
        self._text = text
        self._record = record.current()
        self._over = False
        # The connection is there where a server of ours, or Werkzeug's, handles the request.
        self._watch = services().running.watch(text, request.environ.get("werkzeug.socket"))

    def __iter__(self) -> Iterator[Delta | Finished]:
        try:
            for item in self._text:
                if isinstance(item, Finished):
                    self._watch.raise_if_ended()
                    self._record.usage = item.usage
                    self._over = True
                else:
                    self._record.note_text()
                yield item
        except AssistantError:
            self._over = True
            raise

    def close(self) -> None:
        """The answer is complete, or given up. Repeatable."""
        self._watch.close()
        # Who goes is noticed while waiting for text, or else when sending it fails.
        self._record.client_left = self._watch.left or not self._over


def ask(generation: Generation, stops: tuple[str, ...]) -> WatchedReply:
    """Start an answer.

    Raises: StillLoading; Busy; PromptTooLong; Cancelled when the program is ending.
    """
    return WatchedReply(TextReply(services().engine.submit(generation), stops))
