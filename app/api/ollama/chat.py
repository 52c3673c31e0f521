"""POST /api/chat and /api/generate: a conversation, or one prompt, and the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import msgspec
from flask import Blueprint, Response

from app.api.asking import Watched, ask, ask_chat
from app.api.fields import not_supported
from app.api.llamacpp.infill import filling
from app.api.ollama.answer import OllamaAnswer, now
from app.api.ollama.request import GenerateRequest, OllamaChatRequest, Request
from app.api.services import services
from app.api.stream import line, streamed
from app.api.wire import answered, read
from app.chat.reply import Content, Event, Finished
from app.engine import reply as engine
from app.engine.text import Delta

chat = Blueprint("ollama_chat", __name__)

_chat = msgspec.json.Decoder(OllamaChatRequest)
_generate = msgspec.json.Decoder(GenerateRequest)


@chat.post("/api/chat")
def complete() -> Response:
    """Continue the conversation."""
    asked = read(_chat)
    if not asked.messages:
        return _loaded({"message": {"role": "assistant", "content": ""}})
    return _told(asked, ask_chat(asked.asked()), chats=True)


@chat.post("/api/generate")
def generate() -> Response:
    """Answer, continue or complete the prompt."""
    asked = read(_generate)
    if not asked.prompt and not asked.suffix:
        return _loaded({"response": ""})
    if not (asked.raw or asked.suffix):
        return _told(asked, ask_chat(asked.asked()), chats=False)
    if asked.images:  # without a template nothing says where they stand
        raise not_supported("images")
    wanted, model = asked.asked(), services().engine.model
    if asked.suffix:
        prompt = filling(model, asked.prompt, asked.suffix)
    else:
        prompt = model.tokenize(asked.prompt, special=True, begin=True)
    return _told(asked, ask([replace(wanted.generation, prompt=prompt)], wanted.stop), chats=False)


def _loaded(answer: dict[str, Any]) -> Response:
    """Clients ask for nothing in order to have the model loaded, as it is."""
    head = {"model": services().model_alias, "created_at": now()}
    return answered({**head, **answer, "done": True, "done_reason": "load"})


def _told(asked: Request, replies: Watched[Any], chats: bool) -> Response:
    answer = OllamaAnswer(services().model_alias, chats)
    if asked.streams:
        lines = (line(msgspec.json.encode(each)) for each in answer.lines(_events(replies)))
        return streamed(lines, replies, line, "application/x-ndjson")
    with closing(replies):
        return answered(answer.whole(_events(replies)))


def _events(replies: Iterable[tuple[int, Any]]) -> Iterator[Event | Finished]:
    """A continuation's text, too, as if it were a chat's."""
    for _, item in replies:
        match item:
            case Delta(text, tokens):
                yield Content(text, tokens)
            case engine.Finished(reason, usage, timings):
                yield Finished(reason, usage, timings)
            case _:
                yield item
