"""POST /v1/chat/completions: a conversation and its continuation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import msgspec
from flask import Blueprint, Response

from app.api.asking import WatchedReply, ask
from app.api.chat_answer import ChatAnswer
from app.api.chat_request import ChatRequest
from app.api.services import services
from app.api.stream import DONE, event, streamed
from app.api.wire import read
from app.engine.reply import Finished
from app.engine.request import Generation

chat = Blueprint("chat", __name__)

_decoder = msgspec.json.Decoder(ChatRequest)


@chat.post("/v1/chat/completions")
@chat.post("/chat/completions")
def complete() -> Response:
    """Continue the conversation."""
    asked = read(_decoder)
    asked.refuse_unsupported()
    messages, variables = asked.for_template(), asked.template_variables()
    prompt = services().engine.model.chat_prompt(messages, **variables)
    reply = ask(Generation(prompt, asked.most_tokens(), asked.sampling()), asked.stops())
    answer = ChatAnswer(services().model_alias, f"b{services().version}")
    if asked.stream:
        return streamed(_events(answer, reply, asked.includes_usage), reply)
    with closing(reply):
        return Response(_whole(answer, reply), mimetype="application/json")


def _events(answer: ChatAnswer, reply: WatchedReply, usage: bool) -> Iterator[bytes]:
    yield event(answer.opening())
    for item in reply:
        if isinstance(item, Finished):
            for chunk in answer.closing(item, usage):
                yield event(chunk)
            yield DONE
        else:
            yield event(answer.delta(item.text))


def _whole(answer: ChatAnswer, reply: WatchedReply) -> bytes:
    text: list[str] = []
    for item in reply:
        if isinstance(item, Finished):
            return answer.whole("".join(text), item)
        text.append(item.text)
    raise AssertionError("a reply ends with Finished")
