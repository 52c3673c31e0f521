"""What POST /v1/assist takes: a form of what is said, shown or written, and how to answer it."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from app.api.documents.search import Filter
from app.api.forms import sent_files
from app.api.services import services
from app.api.speech.speech import format_of, language_code
from app.api.wire import decoded, wrong
from app.errors import BadRequest
from app.language import Text
from app.speech.formats import Format
from app.speech.speaking import FASTEST, SLOWEST
from app.speech.voices import Voice
from app.vision.sight import check_size

MOST_PICTURES = 4
FILES = AUDIO, PICTURE = "audio", "picture"
JSON_FIELDS = ("messages", "context_filter", "options")
FIELDS = (
    *("text", "conversation", "messages", "system", "use_context", "context_filter", "options"),
    *("speak", "voice", "language", "response_format", "speed"),
)

_NOTHING = Text(
    "Send something to answer: text, audio or a picture.",
    "请发送要回答的内容：文字（text）、音频（audio）或图片（picture）。",
)
_ONE_RECORDING = Text("one recording at most", "最多一段录音")
_FEW_PICTURES = Text("{most} pictures at most", "最多 {most} 张图片")
_NOT_JSON = Text("this is not valid JSON", "不是有效的 JSON")
_NOT_BOTH = Text(
    "send the conversation's id or its messages, not both", "conversation 与 messages 不能同时给出"
)


class AssistFields(msgspec.Struct, kw_only=True):
    """The fields that are no files. `options`: of a chat request, such as max_tokens or tools.

    `conversation`: one that is kept here, which goes on; `messages`: one that the client keeps.
    `speak`: without it, what can be said is said.
    """

    text: str = ""
    conversation: str | None = None
    messages: list[Any] = []
    system: str | None = None
    use_context: bool | None = None
    context_filter: Filter | None = None
    options: dict[str, Any] = {}
    speak: bool | None = None
    voice: str = ""
    language: str | None = None
    response_format: str | None = None
    speed: Annotated[float, Meta(ge=SLOWEST, le=FASTEST)] = 1.0


@dataclass(frozen=True, slots=True)
class Said:
    """How an answer is said. `voice` None: one of each sentence's own language."""

    voice: Voice | None
    language: str | None
    form: Format
    speed: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked. `said` None: nothing is to be spoken."""

    fields: AssistFields
    audio: Path | None
    pictures: Sequence[Path]
    language: str | None
    said: Said | None


_decoder = msgspec.json.Decoder(AssistFields, strict=False)


@contextmanager
def asked() -> Iterator[Asked]:
    """This request's form; its files are there until the end of the block.

    Raises: BadRequest, SwitchedOff; 408, 413 and 415 of werkzeug.
    """
    with sent_files((AUDIO, PICTURE)) as sent:
        fields = decoded(_as_json(sent.fields), _decoder)
        recordings, pictures = sent.files[AUDIO], sent.files[PICTURE]
        if len(recordings) > 1:
            raise wrong(AUDIO, _ONE_RECORDING)
        if len(pictures) > MOST_PICTURES:
            raise wrong(PICTURE, _FEW_PICTURES.filled(most=MOST_PICTURES))
        if not (recordings or pictures or fields.text.strip()):
            raise BadRequest(_NOTHING)
        if fields.conversation and fields.messages:
            raise wrong("conversation", _NOT_BOTH)
        for each in pictures:
            check_size(each.stat().st_size)
        language = language_code(fields.language)
        audio = recordings[0] if recordings else None
        yield Asked(fields, audio, pictures, language, said(fields, language))


def said(fields: AssistFields, language: str | None) -> Said | None:
    """How to say the answer. Raises: BadRequest, NotFound, NotSpoken, SwitchedOff."""
    if fields.speak is False or (fields.speak is None and services().voice is None):
        return None
    known = services().speaking.voices
    voice = known.named(fields.voice)
    if voice is not None and language is not None:
        known.choose("", fields.voice, language)
    form = format_of(fields.response_format, "wav")
    return Said(voice, language, form, fields.speed)


def data_url(picture: Path) -> str:
    """A picture as chats take it; what it is, its bytes tell."""
    return "data:image/unknown;base64," + base64.b64encode(picture.read_bytes()).decode()


def _as_json(fields: dict[str, list[str]]) -> bytes:
    """The form's fields as one JSON object, in which those that are JSON are themselves."""
    parts = []
    for name, values in fields.items():
        value = values[-1]
        if name not in JSON_FIELDS:
            parts.append((name, msgspec.json.encode(value)))
        elif value.strip():
            try:
                msgspec.json.decode(value)
            except (msgspec.DecodeError, RecursionError):
                raise wrong(name, _NOT_JSON) from None
            parts.append((name, value.encode()))
    return (
        b"{" + b",".join(msgspec.json.encode(name) + b":" + value for name, value in parts) + b"}"
    )
