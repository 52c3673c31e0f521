"""POST /v1/responses: a conversation and its continuation, in OpenAI's later form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import msgspec
from flask import Blueprint, Response

from app.api.asking import Watched, ask_chat
from app.api.openai.responses_answer import ResponseAnswer
from app.api.openai.responses_request import ResponsesRequest
from app.api.services import services
from app.api.stream import named, streamed
from app.api.wire import answered, read
from app.chat.answer import plan
from app.chat.reply import Event, Finished

responses = Blueprint("openai_responses", __name__)

_decoder = msgspec.json.Decoder(ResponsesRequest)
Replies = Watched[Event | Finished]


@responses.post("/v1/responses")
@responses.post("/responses")
def complete() -> Response:
    """Continue the conversation."""
    asked = read(_decoder)
    replies = ask_chat(asked.asked())
    answer = ResponseAnswer(asked, services().model_alias)
    if asked.stream:
        return streamed(_events(answer, replies), replies, named("error"))
    with closing(replies):
        return answered(answer.whole(item for _, item in replies))


@responses.post("/v1/responses/input_tokens")
@responses.post("/responses/input_tokens")
def count() -> Response:
    """How many tokens a conversation takes, without an answer."""
    found = plan(services().engine.model, read(_decoder).asked())
    count = len(found.generation.prompt)
    return answered({"object": "response.input_tokens", "input_tokens": count})


def _events(answer: ResponseAnswer, replies: Replies) -> Iterator[bytes]:
    for told in answer.events(item for _, item in replies):
        yield named(told["type"])(msgspec.json.encode(told))
