"""POST /v1/messages and /v1/messages/count_tokens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import msgspec
from flask import Blueprint, Response

from app.api.anthropic.answer import MessageAnswer
from app.api.anthropic.request import CountRequest, MessagesRequest
from app.api.asking import Watched, ask_chat, first_chat
from app.api.services import services
from app.api.stream import named, streamed
from app.api.wire import answered, read
from app.chat.answer import plan
from app.chat.reply import Event, Finished

messages = Blueprint("anthropic_messages", __name__)

_decoder = msgspec.json.Decoder(MessagesRequest)
_count_decoder = msgspec.json.Decoder(CountRequest)
Replies = Watched[Event | Finished]


@messages.post("/v1/messages")
def complete() -> Response:
    """Continue the conversation."""
    asked = read(_decoder)
    replies = ask_chat(asked.asked())
    answer = MessageAnswer(services().model_alias, first_chat(replies))
    if asked.stream:
        return streamed(_events(answer, replies), replies, named("error"))
    with closing(replies):
        for _, item in replies:
            answer.take(item)
    return answered(answer.whole())


@messages.post("/v1/messages/count_tokens")
def count() -> Response:
    """How many tokens a conversation takes, without an answer."""
    found = plan(services().engine.model, read(_count_decoder).asked())
    return answered({"input_tokens": len(found.generation.prompt)})


def _events(answer: MessageAnswer, replies: Replies) -> Iterator[bytes]:
    for told in answer.events(item for _, item in replies):
        yield named(told["type"])(msgspec.json.encode(told))
