"""/v1/conversations/ID/answer and …/events: begin an answer, follow it from anywhere, stop it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, Response, request

from app.api.conversations.answering import answer
from app.api.conversations.request import AnswerRequest
from app.api.conversations.who import conversation
from app.api.conversations.wire import Message, told_message
from app.api.services import services
from app.api.stream import event, streamed
from app.api.wire import answered, read, wrong
from app.language import Text

if TYPE_CHECKING:
    from app.conversations.writing import Writing

answers = Blueprint("conversations_answers", __name__)

_NO_NUMBER = Text("must be a whole number, 0 or more", "必须是不小于 0 的整数")
_STILL = b": still here\n\n"


class Begun(msgspec.Struct, kw_only=True):
    """The messages that are new: what was said, if anything was, and the answer."""

    title: str
    messages: list[Message]


class Stopped(msgspec.Struct):
    """Whether anything was being written."""

    stopped: bool


_asked = msgspec.json.Decoder(AnswerRequest)


@answers.post("/v1/conversations/<uid>/answer")
def begin(uid: str) -> Response:
    """Say something, and begin the answer; it is written into the conversation as it comes."""
    asked, kept, found = read(_asked), services().conversing, conversation(uid)
    asked.check()
    writing = answer(asked, kept, found)
    message, _ = writing.so_far()
    told = [told_message(message, writing)]
    if asked.text is not None and message.parent is not None:
        told.insert(0, told_message(kept.conversations.message(found, message.parent)))
    return answered(Begun(title=conversation(uid).title, messages=told), 202)


@answers.get("/v1/conversations/<uid>/events")
def follow(uid: str) -> Response:
    """The answer that is being written, from event `from` on; the last event is the message.

    With `message`, one that is complete already is told at once.
    """
    kept, found = services().conversing, conversation(uid)
    start = request.args.get("from", "0")
    if not (start.isascii() and start.isdigit() and len(start) < 10):
        raise wrong("from", _NO_NUMBER)
    wanted = request.args.get("message") or found.leaf
    writing = kept.writings.get(uid)
    if writing is not None and writing.uid == wanted:
        return streamed(_events(writing, int(start)), _Nothing())
    message = kept.conversations.message(found, wanted or "")
    return streamed(iter([_last(told_message(message))]), _Nothing())


@answers.delete("/v1/conversations/<uid>/answer")
def stop(uid: str) -> Response:
    """End what is being written; what is there of it stays."""
    writing = services().conversing.stop(conversation(uid))
    return answered(Stopped(writing is not None))


class _Nothing:
    """A reader holds nothing: the answer goes on without it."""

    def close(self) -> None:
        """Nothing to let go of."""


def _events(writing: Writing, start: int) -> Iterator[bytes]:
    for item in writing.follow(start):
        if item is None:
            yield _STILL
        elif isinstance(item, tuple):
            number, news = item
            yield b"id: %d\n" % number + event(msgspec.json.encode(news))
        else:
            yield _last(told_message(item))


def _last(message: Message) -> bytes:
    return event(msgspec.json.encode({"message": message}))
