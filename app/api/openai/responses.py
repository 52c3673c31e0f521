"""POST /v1/responses: a conversation and its continuation, in OpenAI's later form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import msgspec
from flask import Blueprint, Response

from app.api.asking import ask_chat, first_chat
from app.api.documents.answering import Begun, Replies, looking_up
from app.api.documents.sources import Sources
from app.api.openai.responses_answer import ResponseAnswer
from app.api.openai.responses_request import ResponsesRequest
from app.api.openai.tools import search_of
from app.api.services import services
from app.api.stream import named, streamed
from app.api.wire import answered, read
from app.chat.answer import plan

responses = Blueprint("openai_responses", __name__)

_decoder = msgspec.json.Decoder(ResponsesRequest)


@responses.post("/v1/responses")
@responses.post("/responses")
def complete() -> Response:
    """Continue the conversation."""
    asked = read(_decoder)
    found = _begun(asked)
    answer = ResponseAnswer(asked, services().model_alias, found.sources)
    if asked.stream:
        return streamed(_events(answer, found.replies), found.replies, named("error"))
    with closing(found.replies):
        return answered(answer.whole(item for _, item in found.replies))


@responses.post("/v1/responses/input_tokens")
@responses.post("/responses/input_tokens")
def count() -> Response:
    """How many tokens a conversation takes, without an answer."""
    found = plan(services().engine.model, read(_decoder).asked())
    count = len(found.generation.prompt)
    return answered({"object": "response.input_tokens", "input_tokens": count})


def _begun(asked: ResponsesRequest) -> Begun:
    lookup = search_of(asked.tools or [])
    if lookup is None:
        replies = ask_chat(asked.asked())
        return Begun(replies, first_chat(replies).prompt)
    return looking_up(asked.asked(), lookup, Sources(told=True, choices=1))


def _events(answer: ResponseAnswer, replies: Replies) -> Iterator[bytes]:
    for told in answer.events(item for _, item in replies):
        yield named(told["type"])(msgspec.json.encode(told))
