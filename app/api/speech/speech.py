"""POST /v1/audio/speech: a text is said; GET /v1/audio/voices: by whom.

Source: platform.openai.com/docs/api-reference/audio/createSpeech.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any, Literal

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from app.api import errors
from app.api.services import services
from app.api.stream import event, streamed
from app.api.wire import answered, read, wrong
from app.errors import AssistantError, NotSupported
from app.language import Text
from app.speech import languages
from app.speech.formats import FORMATS, MIME, RATE, Format
from app.speech.speaking import FASTEST, SLOWEST, Speech
from app.speech.voices import Voice

speech = Blueprint("speech_speech", __name__)

MOST_CHARACTERS = 100_000

_NO_SUCH_FORMAT = Text("speech is made as {values}", "可用的音频格式为 {values}")
_INSTRUCTIONS = Text(
    "The voices here take no instructions. Leave the field out.",
    "这里的声音不支持 instructions，请去掉该字段。",
)
_NO_LANGUAGE = Text("is not the code of a language, such as en", "不是语言代码（例如 en）")


class VoiceName(msgspec.Struct):
    """A voice by its name."""

    id: str


class SpeechRequest(msgspec.Struct):
    """What is to be said, and how. `language`: its code; without it, found out."""

    input: Annotated[str, Meta(min_length=1, max_length=MOST_CHARACTERS)]
    model: str | None = None
    voice: str | VoiceName | None = None
    response_format: str | None = None
    speed: Annotated[float, Meta(ge=SLOWEST, le=FASTEST)] | None = None
    stream_format: Literal["audio", "sse"] | None = None
    instructions: str | None = None
    language: str | None = None


class VoiceAnswer(msgspec.Struct):
    """A voice; its name goes into `voice`."""

    id: str
    name: str
    language: str
    default: bool
    object: Literal["voice"] = "voice"


class VoicesAnswer(msgspec.Struct):
    """The voices, the languages that they speak, and the forms in which they are given."""

    data: list[VoiceAnswer]
    languages: list[str]
    formats: list[str]
    sample_rate: int
    object: Literal["list"] = "list"


_decoder = msgspec.json.Decoder(SpeechRequest)


@speech.post("/v1/audio/speech")
def say() -> Response:
    """The sound of a text, sentence by sentence as it is made."""
    speaking, asked = services().speaking, read(_decoder)
    if asked.instructions:
        raise NotSupported(_INSTRUCTIONS, "instructions")
    form = format_of(asked.response_format, "mp3")
    name = asked.voice.id if isinstance(asked.voice, VoiceName) else asked.voice or ""
    voice = speaking.voices.choose(asked.input, name, language_code(asked.language))
    made = speaking.speak(asked.input, voice, form, asked.speed or 1.0)
    parts = _begun(made)
    if asked.stream_format == "sse":
        return streamed(_events(made, parts), made)
    response = Response(parts, mimetype=MIME[form])
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(made.close)
    return response


@speech.get("/v1/audio/voices")
def voices() -> Response:
    """The voices there are, and the languages that they speak."""
    known = services().speaking.voices
    told = [_voice(voice, known.speaking(voice.language) == voice) for voice in known.known]
    return answered(VoicesAnswer(told, [*known.languages], [*FORMATS], RATE))


def format_of(name: str | None, otherwise: Format) -> Format:
    """A form of sound by its name. Raises: BadRequest."""
    found = next((form for form in FORMATS if form == (name or otherwise)), None)
    if found is None:
        raise wrong("response_format", _NO_SUCH_FORMAT.filled(values=", ".join(FORMATS)))
    return found


def language_code(name: str | None) -> str | None:
    """A language by its code or name. Raises: BadRequest."""
    code = languages.code(name) if name else None
    if code is not None and code not in languages.NAMES:
        raise wrong("language", _NO_LANGUAGE)
    return code


def _begun(made: Speech) -> Iterator[bytes]:
    """What is wrong with a text is told by the status: the first sentence is made before it."""
    parts = iter(made)
    try:
        return chain((next(parts),), parts)
    except AssistantError:
        made.close()
        raise


def _voice(voice: Voice, is_default: bool) -> VoiceAnswer:
    title = voice.title.of(errors.spoken_language())
    return VoiceAnswer(voice.name, title, voice.language, is_default)


def _events(made: Speech, parts: Iterator[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield _event({"type": "speech.audio.delta", "audio": base64.b64encode(part).decode()})
    usage = {"seconds": round(made.seconds, 2), "type": "duration"}
    yield _event({"type": "speech.audio.done", "usage": usage})


def _event(told: dict[str, Any]) -> bytes:
    return event(msgspec.json.encode(told))
