"""POST /v1/chat/completions: a conversation and its continuation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import msgspec
from flask import Blueprint, Response

from app.api.documents.answering import Replies, begun
from app.api.documents.context import context
from app.api.openai.chat_answer import ChatAnswer
from app.api.openai.chat_request import ChatCompletionRequest
from app.api.openai.tools import search_of
from app.api.services import services
from app.api.stream import DONE, event, streamed
from app.api.wire import answered, read
from app.chat.answer import plan

chat = Blueprint("openai_chat", __name__)

_decoder = msgspec.json.Decoder(ChatCompletionRequest)


@chat.post("/v1/chat/completions")
@chat.post("/chat/completions")
def complete() -> Response:
    """Continue the conversation."""
    asked = read(_decoder)
    found = begun(asked, asked.asked(), search_of(asked.tools or []))
    answer = ChatAnswer(asked, services(), found.prompt, found.sources)
    if asked.stream:
        return streamed(_events(answer, found.replies), found.replies)
    with closing(found.replies):
        for number, item in found.replies:
            answer.take(number, item)
    return answered(answer.whole())


@chat.post("/v1/chat/completions/input_tokens")
@chat.post("/chat/completions/input_tokens")
def count() -> Response:
    """How many tokens a conversation takes, without an answer."""
    asked = read(_decoder)
    request = asked.asked()
    found = context(asked, request)
    planned = plan(services().engine.model, found.request if found else request)
    return answered(
        {"object": "response.input_tokens", "input_tokens": len(planned.generation.prompt)}
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
