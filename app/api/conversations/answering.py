"""Writes an answer into the history, on a thread of its own: whoever asked may leave."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec
from flask import copy_current_request_context, request

from app.api import errors
from app.api.conversations.request import AnswerRequest, chat_request, turns_in
from app.api.conversations.wire import Attachment
from app.api.counts import timing_fields
from app.api.documents.answering import Begun, begun
from app.api.documents.pieces import pieces
from app.api.documents.search import Filter
from app.api.gathered import Gathered
from app.api.openai.tools import search_of
from app.api.services import services
from app.api.vision.pictures import embedded
from app.chat.reply import Finished
from app.errors import AssistantError, Cancelled, PromptTooLong, of_system

if TYPE_CHECKING:
    from app.conversations.conversations import Conversation
    from app.conversations.history import History
    from app.conversations.message import Message, State
    from app.conversations.writing import Writing

_log = logging.getLogger(__name__)

ROOM = 0.75  # of the context, for what was said before: the rest is the answer's


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is about to be answered. `new`: what is said for the first time."""

    branch: Sequence[Message]
    answer: Message
    new: tuple[Message, ...]
    filter: Filter | None


def answer(asked: AnswerRequest, history: History, conversation: Conversation) -> Writing:
    """Begin an answer; the question and it are kept by then.

    Raises: BadRequest; PromptTooLong; NotFound; SwitchedOff; StillLoading; Busy; Cancelled.
    """
    from app.conversations.titles import title_of
    from app.conversations.writing import Writing

    history.stop(conversation)
    question = _asked(asked, history, conversation)
    # No connection is watched: the answer goes on when the one who asked has gone.
    request.environ.pop("werkzeug.socket", None)
    started, forgotten = _begun(asked, conversation, question)
    message = question.answer.with_extra(**({"forgotten": forgotten} if forgotten else {}))
    writing = Writing(message, history.conversations, started.replies.close)
    try:
        if asked.continues is None:
            title = title_of(question.branch[0].text)
            history.conversations.say(conversation, [*question.new, message], title)
        else:
            history.conversations.write(message)
    except BaseException:
        started.replies.close()
        raise
    history.writings.begin(conversation.uid, writing)
    told = failure_words()

    @copy_current_request_context
    def work() -> None:
        try:
            _write(started, writing, told)
        finally:
            history.writings.ended(conversation.uid, writing)

    threading.Thread(target=work, name="answer", daemon=True).start()
    return writing


def failure_words() -> Callable[[AssistantError], dict[str, Any]]:
    """How a failure is told to who asks now, also later."""
    spoken, shape = errors.spoken_language(), errors.spoken_shape()

    def told(error: AssistantError) -> dict[str, Any]:
        found = msgspec.json.decode(errors.body(error, spoken, shape))["error"]
        return {"message": found["message"], "code": found["code"]}

    return told


def _asked(asked: AnswerRequest, history: History, conversation: Conversation) -> Asked:
    from app.conversations.message import Message, branch, new_uid

    kept = history.conversations
    messages = kept.messages(conversation)
    new: tuple[Message, ...] = ()
    if asked.continues is not None:
        before = kept.message(conversation, asked.continues)
        extra = {name: before.extra[name] for name in before.extra if name != "failure"}
        so_far = branch(messages, before.uid if before.text else before.parent)
        return Asked(so_far, replace(before, state="writing", extra=extra), (), None)
    if asked.again is not None:
        so_far = branch(messages, kept.message(conversation, asked.again).uid)
        chosen = _chosen_again(asked, so_far[-1])
    else:
        if asked.parent is not None:
            kept.message(conversation, asked.parent)
        attachments = [_kept(each, kept, conversation) for each in asked.attachments]
        chosen = asked.looks_into(asked.attachments)
        extra = {"attachments": attachments} if attachments else {}
        if chosen is not None:
            extra["filter"] = msgspec.to_builtins(chosen)
        question = Message(
            *(new_uid("message"), asked.parent, "user", asked.text or "", time.time()), extra=extra
        )
        new, so_far = (question,), [*branch(messages, asked.parent), question]
    reply = Message(
        *(new_uid("message"), so_far[-1].uid, "assistant", "", time.time()),
        state="writing",
        extra={"model": services().model_alias},
    )
    return Asked(so_far, reply, new, chosen)


def _chosen_again(asked: AnswerRequest, question: Message) -> Filter | None:
    """What another answer looks into: the documents of now, or where that is not said, of then."""
    if asked.filter is not msgspec.UNSET:
        attachments = question.extra.get("attachments", [])
        return asked.looks_into(msgspec.convert(attachments, list[Attachment]))
    before = question.extra.get("filter")
    return None if before is None else msgspec.convert(before, Filter)


def _kept(attachment: Attachment, kept: Any, conversation: Conversation) -> dict[str, Any]:
    """An attachment with its picture put aside."""
    if attachment.kind == "picture" and attachment.url:
        data = embedded(attachment.url, "attachments")
        uid = kept.add_picture(conversation, _mime_of(data), data)
        attachment = Attachment(kind="picture", name=attachment.name, id=uid)
    told: dict[str, Any] = msgspec.to_builtins(attachment)
    return told


def _mime_of(data: bytes) -> str:
    """By its first bytes, whatever is said of it. Source: mimesniff.spec.whatwg.org."""
    if data.startswith(b"\x89PNG"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"GIF8"):
        return "image/gif"
    return "image/webp" if data[8:12] == b"WEBP" else "application/octet-stream"


def _begun(asked: AnswerRequest, conversation: Conversation, question: Asked) -> tuple[Begun, int]:
    """Start it; of a conversation that does not fit, the oldest turns are left out.

    Returns with it how many are.
    """
    forgotten, most = 0, turns_in(question.branch)
    while True:
        sent = chat_request(asked, conversation, question.branch, question.filter, forgotten)
        try:
            return begun(sent, sent.asked(), search_of(sent.tools or [])), forgotten
        except PromptTooLong as error:
            if forgotten >= most:
                raise
            left = most - forgotten
            share = ROOM * error.context_tokens / error.prompt_tokens
            forgotten += max(1, math.ceil(left * (1 - share)))
            forgotten = min(forgotten, most)


def _write(started: Begun, writing: Writing, told: Callable[[AssistantError], Any]) -> None:
    """Take down the answer as it comes, and how it ends."""
    try:
        with closing(started.replies):
            end = _take_down(started, writing)
    except AssistantError as error:
        if writing.stopped or isinstance(error, Cancelled):
            writing.end("stopped")
        else:
            writing.end("failed", failure=told(error))
    except Exception as error:
        _log.exception("an answer was not written down")
        known = of_system(error)
        failure = told(known) if known else {"message": "", "code": "internal_error"}
        # Where nothing can be kept, whoever follows it is told all the same.
        with suppress(Exception):
            writing.end("failed", failure=failure)
    else:
        state: State = "cut" if end.reason == "length" else "done"
        writing.end("stopped" if writing.stopped else state, timings=timing_fields(end.timings))


def _take_down(started: Begun, writing: Writing) -> Finished:
    gathered = Gathered()
    for piece in pieces(started, gathered):
        writing.add(piece)
    return gathered.end
