"""POST /v1/chat/completions: a conversation and its continuation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import msgspec
from flask import Blueprint, Response

from app.api.asking import Watched, ask_chat, first_chat
from app.api.openai.chat_answer import ChatAnswer
from app.api.openai.chat_request import ChatCompletionRequest
from app.api.services import services
from app.api.stream import DONE, event, streamed
from app.api.wire import answered, read
from app.chat.answer import plan
from app.chat.reply import Event, Finished

chat = Blueprint("openai_chat", __name__)

_decoder = msgspec.json.Decoder(ChatCompletionRequest)
Replies = Watched[Event | Finished]


@chat.post("/v1/chat/completions")
@chat.post("/chat/completions")
def complete() -> Response:
    """Continue the conversation."""
    asked = read(_decoder)
    replies = ask_chat(asked.asked())
    answer = ChatAnswer(asked, services(), first_chat(replies).prompt)
    if asked.stream:
        return streamed(_events(answer, replies), replies)
    with closing(replies):
        for number, item in replies:
            answer.take(number, item)
    return answered(answer.whole())


@chat.post("/v1/chat/completions/input_tokens")
@chat.post("/chat/completions/input_tokens")
def count() -> Response:
    """How many tokens a conversation takes, without an answer."""
    found = plan(services().engine.model, read(_decoder).asked())
    return answered(
        {"object": "response.input_tokens", "input_tokens": len(found.generation.prompt)}
    )


def _events(answer: ChatAnswer, replies: Replies) -> Iterator[bytes]:
    for chunk in answer.opening():
        yield event(chunk)
    for number, item in replies:
        if (more := answer.chunk(number, item)) is not None:
            yield event(more)
    for chunk in answer.closing():
        yield event(chunk)
    yield DONE
