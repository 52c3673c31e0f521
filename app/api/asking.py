"""Asks the engine on behalf of this request; what every protocol's endpoint does the same way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from flask import request

from app import chat
from app.api import record
from app.api.services import services
from app.chat.answer import answers
from app.chat.reply import ChatReply, Content, Event
from app.chat.request import ChatRequest
from app.chat.said import NO_TIME, NOTHING_READ, Said
from app.engine import reply as engine
from app.engine.request import Generation
from app.engine.text import Delta, TextReply
from app.errors import AssistantError, BadRequest

Piece = TypeVar("Piece", covariant=True)
Finished = engine.Finished | chat.reply.Finished


class Replying(Protocol[Piece]):
    """A reply of the engine's as text or as a chat's events, then one Finished."""

    @property
    def reply(self) -> engine.Reply:
        """The engine's."""

    def take(self, event: engine.Happening) -> Iterator[Piece]:
        """What the next event of the engine's reply comes to."""

    def cancel(self) -> None:
        """End it early."""


class Watched(Generic[Piece]):
    """The replies to one request; they end when the client goes or the program ends.

    Iterating yields whatever each reply gives, with the reply's number, as it comes. Whoever has
    one must `close` it.
    Raises: EngineFailed; Cancelled when the program ends meanwhile.
    """

    def __init__(self, replies: Sequence[Replying[Piece]]) -> None:
        self.replies = replies
        self._record = record.current()
        self._left = len(replies)
        self._running = services().running
        # The connection is there where a server of ours, or Werkzeug's, handles the request.
        self._connection = request.environ.get("werkzeug.socket")
        self._watch = self._running.watch(self, self._connection)

    def __iter__(self) -> Iterator[tuple[int, Piece]]:
        try:
            for number, event in engine.together([each.reply for each in self.replies]):
                for item in self.replies[number].take(event):
                    self._note(item)
                    yield number, item
        except AssistantError:
            self._left = 0
            raise

    def follow(self, replies: Sequence[Replying[Piece]]) -> None:
        """Go on with other replies to the same request. Raises: Cancelled when the program ends."""
        self._watch.close()
        self.replies = replies
        self._left = len(replies)
        self._watch = self._running.watch(self, self._connection)

    def cancel(self) -> None:
        """End all of them at the engine's next step; from any thread, repeatedly."""
        for reply in self.replies:
            reply.cancel()

    def close(self) -> None:
        """The answer is complete, or given up. Repeatable."""
        self._watch.close()
        # Who goes is noticed while waiting for text, or else when sending it fails.
        self._record.client_left = self._watch.left or self._left > 0

    def _note(self, item: object) -> None:
        if isinstance(item, Finished):
            self._watch.raise_if_ended()
            self._record.add(item.timings)
            self._left -= 1
        elif getattr(item, "progress", None) is None:
            self._record.note_text()


def ask(
    generations: Iterable[Generation], stops: tuple[str, ...], field: str = "prompt"
) -> Watched[Delta | engine.Finished]:
    """Start the continuation of each prompt; `field`: what was sent for them.

    Raises: BadRequest; StillLoading; Busy; Cancelled when the program is ending.
    """
    replies: list[TextReply] = []
    try:
        for generation in generations:
            replies.append(TextReply(services().engine.submit(generation), stops))
    except AssistantError as error:
        for reply in replies:
            reply.cancel()
        if isinstance(error, BadRequest) and error.field == "messages":  # as the engine has it
            error.field = field
        raise
    return Watched(replies)


def ask_chat(asked: ChatRequest) -> Watched[Event | chat.reply.Finished]:
    """Start the answers to a conversation.

    Raises: BadRequest; StillLoading; Busy; Cancelled when the program is ending.
    """
    return Watched[Event | chat.reply.Finished](answers(services().engine, asked))


def said(text: str, choices: int) -> Watched[Delta | engine.Finished]:
    """A text that needs no model, as often as it was asked for."""
    end = engine.Finished("stop", NOTHING_READ, NO_TIME)
    return Watched[Delta | engine.Finished]([Said([Delta(text), end]) for _ in range(choices)])


def said_chat(text: str, choices: int) -> Watched[Event | chat.reply.Finished]:
    """An answer that needs no model, as often as it was asked for."""
    end = chat.reply.Finished("stop", NOTHING_READ, NO_TIME)
    return Watched[Event | chat.reply.Finished](
        [Said([Content(text), end]) for _ in range(choices)]
    )


def first_chat(watched: Watched[Event | chat.reply.Finished]) -> ChatReply:
    """The first of a conversation's replies, with its facts."""
    reply = watched.replies[0]
    assert isinstance(reply, ChatReply)
    return reply
