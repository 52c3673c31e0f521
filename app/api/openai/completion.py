"""POST /v1/completions: prompts and their continuations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import msgspec
from flask import Blueprint, Response

from app.api.asking import Watched, ask, said
from app.api.documents.context import Context, context
from app.api.openai.completion_answer import CompletionAnswer
from app.api.openai.completion_request import CompletionRequest
from app.api.services import services
from app.api.stream import DONE, event, streamed
from app.api.wire import answered, read
from app.chat.answer import plan
from app.engine.pictures.picture import Seen
from app.engine.reply import Finished
from app.engine.text import Delta

completion = Blueprint("openai_completion", __name__)

_decoder = msgspec.json.Decoder(CompletionRequest)
Replies = Watched[Delta | Finished]


@completion.post("/v1/completions")
def complete() -> Response:
    """Continue every prompt."""
    asked = read(_decoder)
    found = context(asked, asked.question()) if asked.use_context else None
    generations = asked.generations(_prompt(found))
    if found is not None and found.said is not None:
        replies = said(found.said, len(generations))
    else:
        replies = ask(generations, asked.stops())
    answer = CompletionAnswer(asked, generations, services(), found.sources if found else None)
    if asked.stream:
        return streamed(_events(answer, replies), replies)
    with closing(replies):
        for number, item in replies:
            answer.take(number, item)
    return answered(answer.whole())


def _prompt(found: Context | None) -> Seen | None:
    """What the model continues where it answers from documents."""
    if found is None:
        return None
    generation = plan(services().engine.model, found.request).generation
    return Seen(generation.prompt, generation.pictures)


def _events(answer: CompletionAnswer, replies: Replies) -> Iterator[bytes]:
    for chunk in answer.opening():
        yield event(chunk)
    for number, item in replies:
        yield event(answer.chunk(number, item))
    if (last := answer.counted()) is not None:
        yield event(last)
    yield DONE
