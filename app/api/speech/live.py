"""/v1/audio/live: text while someone is still speaking.

`POST` begins, `POST …/ID` brings sound, `GET …/ID/events` tells what is said, `DELETE …/ID` ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from flask import Blueprint, Response, request

from app.api import wire
from app.api.services import services
from app.api.speech.transcriptions import TIME_DIGITS, WordAnswer, told_word
from app.api.stream import DONE, event, streamed
from app.errors import BadRequest
from app.language import Text
from app.speech import languages
from app.speech.live.dictation import PAUSE_S, Event
from app.speech.live.listener import Listener
from app.speech.sound import RATE, SAMPLE_BYTES
from app.speech.transcript import Task, Wanted

live = Blueprint("speech_live", __name__)

LONGEST_CHUNK_S = 30
ALIVE_S = 10.0  # a proxy takes a longer silence for the end
ALIVE = b": still listening\n\n"
SOUND = ("", "application/octet-stream")  # media types besides those of sound

_NOT_SAMPLES = Text(
    "Send whole 16-bit samples, little-endian, 16 kHz, one channel, at most {seconds} seconds of "
    "them, with the header “Content-Type: audio/pcm”.",
    "请发送完整的 16 位小端采样（16 kHz，单声道），每次最多 {seconds} 秒，"
    "并带上请求头 “Content-Type: audio/pcm”。",
)


class LiveRequest(msgspec.Struct):
    """How to listen. `pause`: seconds of silence that end an utterance; `words`: with times."""

    language: str | None = None
    prompt: str = ""
    task: Task = "transcribe"
    words: bool = False
    pause: Annotated[float, msgspec.Meta(ge=0.2, le=3)] = PAUSE_S


class LiveAnswer(msgspec.Struct):
    """Someone is listened to. `seconds`: how much sound has come."""

    id: str
    seconds: float = 0.0
    object: Literal["audio.live"] = "audio.live"


class LiveEvent(msgspec.Struct, omit_defaults=True):
    """What is said; "speech" tells that someone began.

    `text` of a "partial" one may change from the character `stable` on; that of a "final" one is
    the whole utterance, and empty where there were no words in it.
    """

    type: Literal["speech", "partial", "final"]
    utterance: int
    start: float
    end: float
    text: str | msgspec.UnsetType = msgspec.UNSET
    stable: int | msgspec.UnsetType = msgspec.UNSET
    language: str | msgspec.UnsetType = msgspec.UNSET
    words: list[WordAnswer] | msgspec.UnsetType = msgspec.UNSET


_DECODER = msgspec.json.Decoder(LiveRequest)


@live.post("/v1/audio/live")
def begin() -> Response:
    """Begin to listen to someone."""
    hearing = services().listening
    asked = wire.read(_DECODER)
    wanted = Wanted(
        asked.task,
        languages.code(asked.language) if asked.language else None,
        asked.prompt,
        words=asked.words,
        traditional=languages.is_traditional(asked.language),
    )
    name = hearing.sessions.open(lambda: hearing.listen(wanted, asked.pause))
    return wire.answered(LiveAnswer(name), 201)


@live.post("/v1/audio/live/<uid>")
def feed(uid: str) -> Response:
    """Bring the sound that comes next."""
    listener = _listener(uid)
    samples = wire.body()
    is_sound = request.mimetype in SOUND or request.mimetype.startswith("audio/")
    too_long = len(samples) > LONGEST_CHUNK_S * RATE * SAMPLE_BYTES
    if not is_sound or too_long or len(samples) % SAMPLE_BYTES:
        raise BadRequest(_NOT_SAMPLES.filled(seconds=LONGEST_CHUNK_S))
    listener.feed(samples)
    return _told(uid, listener)


@live.get("/v1/audio/live/<uid>/events")
def events(uid: str) -> Response:
    """What is said, as it is recognized; of several who read, the last one is told."""
    reading = _Reading(uid, _listener(uid))
    return streamed(_lines(reading), reading)


@live.delete("/v1/audio/live/<uid>")
def end(uid: str) -> Response:
    """No more sound comes: what was said last is still told to whoever reads the events."""
    listener = _listener(uid)
    listener.finish()
    return _told(uid, listener)


def _listener(uid: str) -> Listener:
    return services().listening.sessions.get(uid)


def _told(uid: str, listener: Listener) -> Response:
    return wire.answered(LiveAnswer(uid, round(listener.seconds, TIME_DIGITS)))


class _Reading:
    """One who reads events, until the client goes or the program ends."""

    def __init__(self, uid: str, listener: Listener) -> None:
        self.uid = uid
        self.listener = listener
        self.sessions = services().listening.sessions
        self._has_left = False
        self.events = listener.events(ALIVE_S)
        connection = request.environ.get("werkzeug.socket")
        self._watch = services().running.watch(self, connection)

    def cancel(self) -> None:
        """Stop reading; from any thread."""
        if not self._has_left:
            self._has_left = True
            self.listener.leave()

    def close(self) -> None:
        """It is over. Repeatable."""
        self._watch.close()


def _lines(reading: _Reading) -> Iterator[bytes]:
    yield ALIVE  # the response begins with its first bytes, and many a client waits for that
    for each in reading.events:
        yield ALIVE if each is None else event(msgspec.json.encode(wired(each)))
    if reading.listener.is_over:
        reading.sessions.forget(reading.uid)
        yield DONE


def wired(found: Event) -> LiveEvent:
    """An event as it is sent."""
    start, end = round(found.start, TIME_DIGITS), round(found.end, TIME_DIGITS)
    told = LiveEvent(found.kind, found.utterance, start, end)
    if found.kind != "speech":
        told.text, told.language = found.text, found.language
        told.stable = found.stable
    if found.words:
        told.words = [told_word(word) for word in found.words]
    return told
