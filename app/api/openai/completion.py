"""POST /v1/completions: prompts and their continuations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import msgspec
from flask import Blueprint, Response

from app.api.asking import Watched, ask
from app.api.openai.completion_answer import CompletionAnswer
from app.api.openai.completion_request import CompletionRequest
from app.api.services import services
from app.api.stream import DONE, event, streamed
from app.api.wire import answered, read
from app.engine.reply import Finished
from app.engine.text import Delta

completion = Blueprint("openai_completion", __name__)

_decoder = msgspec.json.Decoder(CompletionRequest)
Replies = Watched[Delta | Finished]


@completion.post("/v1/completions")
def complete() -> Response:
    """Continue every prompt."""
    asked = read(_decoder)
    generations = asked.generations()
    replies = ask(generations, asked.stops())
    answer = CompletionAnswer(asked, generations, services())
    if asked.stream:
        return streamed(_events(answer, replies), replies)
    with closing(replies):
        for number, item in replies:
            answer.take(number, item)
    return answered(answer.whole())


def _events(answer: CompletionAnswer, replies: Replies) -> Iterator[bytes]:
    for chunk in answer.opening():
        yield event(chunk)
    for number, item in replies:
        answer.take(number, item)
        yield event(answer.chunk(number, item))
    if (last := answer.counted()) is not None:
        yield event(last)
    yield DONE
