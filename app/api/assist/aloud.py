"""POST /v1/audio/aloud: a text is read out, each sentence by a voice of its own language.

Markdown becomes sentences even where no voice is inside: then they are told, for another to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec
from flask import Blueprint, Response, request
from msgspec import Meta

from app.api.assist.request import Said
from app.api.assist.saying import Saying
from app.api.errors import spoken_language
from app.api.services import services
from app.api.speech.speech import MOST_CHARACTERS, format_of, language_code
from app.api.stream import event, streamed
from app.api.wire import read
from app.speech.speaking import FASTEST, SLOWEST

aloud = Blueprint("aloud", __name__)


class AloudRequest(msgspec.Struct):
    """What is to be read out, and how. `voice`: for its language."""

    input: Annotated[str, Meta(min_length=1, max_length=MOST_CHARACTERS)]
    voice: str = ""
    language: str | None = None
    response_format: str | None = None
    speed: Annotated[float, Meta(ge=SLOWEST, le=FASTEST)] = 1.0


_decoder = msgspec.json.Decoder(AloudRequest)


@aloud.post("/v1/audio/aloud")
def say() -> Response:
    """Each sentence with its sound, or marked as one that no voice here says."""
    asked, speaking = read(_decoder), services().voice
    voice = speaking.voices.named(asked.voice) if speaking else None
    form = format_of(asked.response_format, "wav")
    how = Said(voice, language_code(asked.language), form, asked.speed)
    saying = Saying(speaking, how, spoken_language())
    watch = services().running.watch(saying, request.environ.get("werkzeug.socket"))
    saying.add(asked.input)
    saying.end()
    return streamed(_events(saying), watch)


def _events(saying: Saying) -> Iterator[bytes]:
    for told in saying.rest():
        yield event(msgspec.json.encode(told))
    yield event(b'{"type":"done"}')
