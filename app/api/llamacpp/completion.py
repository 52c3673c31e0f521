"""POST /completion: prompts and their continuations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import msgspec
from flask import Blueprint, Response

from app.api.asking import Watched, ask
from app.api.llamacpp.completion_answer import CompletionAnswer, chosen
from app.api.llamacpp.completion_request import CompletionFields, CompletionRequest
from app.api.prompts import is_several, prompts
from app.api.services import services
from app.api.stream import event, streamed
from app.api.wire import answered, read
from app.engine.pictures.picture import Seen
from app.engine.reply import Finished
from app.engine.request import Generation
from app.engine.text import Delta, TextReply

completion = Blueprint("llamacpp_completion", __name__)

_decoder = msgspec.json.Decoder(CompletionRequest)
Replies = Watched[Delta | Finished]


@completion.post("/completion")
@completion.post("/completions")
def complete() -> Response:
    """Continue every prompt."""
    asked = read(_decoder)
    tokens = prompts(asked.prompt, services().engine.model)
    return continued(asked, tokens, is_several(asked.prompt))


def continued(asked: CompletionFields, prompts: list[Seen], several: bool) -> Response:
    """The continuations of prompts; a list of them where there are `several`.

    Raises: BadRequest; StillLoading; Busy; Cancelled.
    """
    choices = asked.n_cmpl or 1
    generations = [asked.generation(prompt) for prompt in prompts for _ in range(choices)]
    replies = ask(generations, asked.stops())
    answers = [_answer(asked, number, each) for number, each in enumerate(generations)]
    if asked.stream:
        return streamed(_events(answers, replies, asked.response_fields), replies)
    with closing(replies):
        ended = (each for each in _taken(answers, replies) if each["stop"])
        whole = sorted(ended, key=lambda each: each["index"])
    if asked.response_fields:
        whole = [chosen(each, asked.response_fields) for each in whole]
    return answered(whole if several or choices > 1 else whole[0])


def _answer(asked: CompletionFields, number: int, generation: Generation) -> CompletionAnswer:
    return CompletionAnswer(
        number,
        generation,
        services().engine.model,
        services().model_alias,
        asked.stops(),
        bool(asked.stream),
        bool(asked.return_tokens),
    )


def _events(
    answers: list[CompletionAnswer], replies: Replies, fields: list[str] | None
) -> Iterator[bytes]:
    for chunk in _taken(answers, replies):
        told = chosen(chunk, fields) if fields and chunk["stop"] else chunk
        yield event(msgspec.json.encode(told))


def _taken(answers: list[CompletionAnswer], replies: Replies) -> Iterator[dict[str, Any]]:
    for number, item in replies:
        reply = replies.replies[number]
        assert isinstance(reply, TextReply)
        answers[number].slot = reply.slot
        if isinstance(item, Finished):
            yield answers[number].end(item, reply.stopped_by)
        else:
            yield answers[number].chunk(item)
