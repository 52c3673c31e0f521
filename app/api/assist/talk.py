"""POST /v1/talk: hands-free: who speaks is answered at every pause, and may interrupt the answer.

The sound comes through /v1/audio/live. This streams what is heard, as that does, and answers, as
/v1/assist does. Closing the connection ends both; DELETE /v1/talk/ID ends an answer alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from flask import Blueprint, Response

from app.api.assist.request import AssistFields, said
from app.api.assist.talking import ALIVE, Heard, Talk
from app.api.services import services
from app.api.speech.live import wired
from app.api.speech.speech import language_code
from app.api.stream import DONE, event, streamed
from app.api.wire import answered, read, wrong
from app.language import Text

talk = Blueprint("talk", __name__)

STILL = b": still listening\n\n"

_ONLY_SPOKEN = Text(
    "what is to be answered is spoken: leave it out", "要回答的内容由语音给出，请去掉该字段"
)


class TalkRequest(AssistFields, kw_only=True):
    """Whom to answer: `live` is the id of POST /v1/audio/live. How: as for /v1/assist.

    `barge_in`: whether whoever speaks meanwhile ends an answer; without it, that is not heeded.
    """

    live: str
    barge_in: bool = True


class Interrupted(msgspec.Struct):
    """Whether an answer was being given."""

    interrupted: bool


_decoder = msgspec.json.Decoder(TalkRequest)


@talk.post("/v1/talk")
def begin() -> Response:
    """Answer, at every pause, whoever is listened to live; speech and text come as events."""
    listening, asked = services().listening, read(_decoder)
    if asked.text:
        raise wrong("text", _ONLY_SPOKEN)
    language = language_code(asked.language)
    how = said(asked, language)
    listener = listening.sessions.get(asked.live)
    talking = Talk(asked, how, language, listener, asked.live, asked.barge_in)
    return streamed(_events(talking), talking)


@talk.delete("/v1/talk/<uid>")
def interrupt(uid: str) -> Response:
    """End the answer that is being given; the listening goes on."""
    services().listening.sessions.get(uid)
    return answered(Interrupted(services().talks.interrupt(uid)))


def _events(talking: Talk) -> Iterator[bytes]:
    yield STILL  # the response begins with its first bytes, and the client waits for that
    for told in talking.events():
        if told is ALIVE:
            yield STILL
        elif isinstance(told, Heard):
            yield event(msgspec.json.encode(wired(told.event)))
        else:
            yield event(msgspec.json.encode(told))
    yield DONE
