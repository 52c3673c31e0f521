"""POST /v1/audio/transcriptions and /v1/audio/translations: what is said in a recording.

Source: platform.openai.com/docs/api-reference/audio.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from typing import Any, Literal

import msgspec
from flask import Blueprint, Response, request

from app.api.forms import Sent, one_file, takes_files
from app.api.services import services
from app.api.stream import DONE, event, streamed
from app.api.wire import answered, wrong
from app.language import Text
from app.speech import languages, subtitles
from app.speech.hearing import Transcription
from app.speech.transcript import Segment, Task, Wanted, Word

transcriptions = Blueprint("speech_transcriptions", __name__)

FORMATS = ("json", "text", "srt", "verbose_json", "vtt")
TIMED = ("word", "segment")
FIELDS = (
    *("file", "model", "language", "prompt", "response_format", "temperature"),
    *("timestamp_granularities", "stream"),
)
SCORE_DIGITS = 4
TIME_DIGITS = 2

_NO_RECORDING = Text(
    "required, but missing: send a recording in it", "必填，但缺少：请在其中上传录音"
)
_ONE_OF = Text("must be one of {values}", "应为 {values} 之一")
_NOT_A_NUMBER = Text("must be a number from 0 to 1", "应为 0 到 1 之间的数字")
_NOT_STREAMED = Text(
    "is only streamed as json, verbose_json or text",
    "流式输出时只能是 json、verbose_json 或 text",
)


class Usage(msgspec.Struct):
    """What it took."""

    seconds: float
    type: Literal["duration"] = "duration"


class PlainAnswer(msgspec.Struct):
    """The text alone."""

    text: str
    usage: Usage


class WordAnswer(msgspec.Struct):
    """A word and when it is said, in seconds."""

    word: str
    start: float
    end: float


class SegmentAnswer(msgspec.Struct):
    """A sentence or a part of one; as Whisper's own program writes it."""

    id: int
    seek: int
    start: float
    end: float
    text: str
    tokens: tuple[int, ...]
    temperature: float
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float


class VerboseAnswer(msgspec.Struct, omit_defaults=True):
    """Everything that is known."""

    task: Task
    language: str
    duration: float
    text: str
    usage: Usage
    segments: list[SegmentAnswer] | None = None
    words: list[WordAnswer] | None = None


@transcriptions.post("/v1/audio/transcriptions")
@takes_files
def transcribe() -> Response:
    """The words of a recording, in its own language."""
    return _answer("transcribe")


@transcriptions.post("/v1/audio/translations")
@takes_files
def translate() -> Response:
    """The words of a recording, in English."""
    return _answer("translate")


def _answer(task: Task) -> Response:
    hearing = services().listening
    with ExitStack() as held:
        sent = held.enter_context(one_file(_NO_RECORDING))
        form = _one_of(sent, "response_format", FORMATS) or "json"
        wanted = _wanted(sent, task)
        transcription = hearing.transcribe(sent.file, wanted)
        connection = request.environ.get("werkzeug.socket")
        # Hours of sound are not recognized for someone who has gone.
        held.callback(services().running.watch(transcription, connection).close)
        if sent.value("stream") in ("true", "1", "True"):
            if form in ("srt", "vtt"):
                raise wrong("response_format", _NOT_STREAMED)
            return _streamed(transcription, form, held)
        segments = list(transcription)
        return _whole(transcription, segments, form, wanted, _timed(sent))


def _wanted(sent: Sent, task: Task) -> Wanted:
    language = sent.value("language")
    return Wanted(
        task,
        languages.code(language) if language else None,
        sent.value("prompt") or "",
        _temperature(sent),
        words="word" in _timed(sent),
        traditional=languages.is_traditional(language),
    )


def _temperature(sent: Sent) -> float:
    text = sent.value("temperature") or "0"
    try:
        temperature = float(text)
    except ValueError:
        temperature = -1.0
    if not 0 <= temperature <= 1:
        raise wrong("temperature", _NOT_A_NUMBER)
    return temperature


def _timed(sent: Sent) -> tuple[str, ...]:
    given = sent.values("timestamp_granularities")
    if not set(given) <= set(TIMED):
        raise wrong("timestamp_granularities", _ONE_OF.filled(values=", ".join(TIMED)))
    return tuple(given) or ("segment",)


def _one_of(sent: Sent, name: str, allowed: tuple[str, ...]) -> str | None:
    value = sent.value(name)
    if value is not None and value not in allowed:
        raise wrong(name, _ONE_OF.filled(values=", ".join(allowed)))
    return value


def _whole(
    transcription: Transcription,
    segments: list[Segment],
    form: str,
    wanted: Wanted,
    timed: tuple[str, ...],
) -> Response:
    if form == "srt":
        return Response(subtitles.srt(segments), mimetype="application/x-subrip")
    if form == "vtt":
        return Response(subtitles.vtt(segments), mimetype="text/vtt")
    text = _text(segments)
    if form == "text":
        return Response(text + "\n", mimetype="text/plain")
    seconds = round(transcription.seconds, TIME_DIGITS)
    if form == "json":
        return answered(PlainAnswer(text, Usage(seconds)))
    language = "en" if wanted.task == "translate" else transcription.language
    answer = VerboseAnswer(
        wanted.task, languages.NAMES.get(language, language), seconds, text, Usage(seconds)
    )
    if "segment" in timed:
        answer.segments = [
            _segment(number, each, wanted.temperature) for number, each in enumerate(segments)
        ]
    if "word" in timed:
        answer.words = [told_word(word) for each in segments for word in each.words]
    return answered(answer)


def _text(segments: list[Segment]) -> str:
    return "".join(each.text for each in segments).strip()


def _segment(number: int, segment: Segment, temperature: float) -> SegmentAnswer:
    from math import log

    said = segment.text.encode()
    return SegmentAnswer(
        id=number,
        seek=round(segment.start * 100),
        start=round(segment.start, TIME_DIGITS),
        end=round(segment.end, TIME_DIGITS),
        text=segment.text,
        tokens=segment.tokens,
        temperature=temperature,
        avg_logprob=round(log(max(segment.probability, 1e-9)), SCORE_DIGITS),
        compression_ratio=round(len(said) / len(zlib.compress(said)), SCORE_DIGITS),
        no_speech_prob=0.0,  # where there is none, there is no segment
    )


def told_word(word: Word) -> WordAnswer:
    """A word as it is answered."""
    start, end = round(word.start, TIME_DIGITS), round(word.end, TIME_DIGITS)
    return WordAnswer(word.text.strip(), start, end)


def _streamed(transcription: Transcription, form: str, held: ExitStack) -> Response:
    segments = iter(transcription)
    first = next(segments)  # what is wrong with a recording is told by the status
    return streamed(
        _events(transcription, chain((first,), segments), form),
        _Held(transcription, held.pop_all()),
    )


class _Held:
    """The transcription and its file, until the response ends."""

    def __init__(self, transcription: Transcription, file: ExitStack) -> None:
        self._transcription = transcription
        self._file = file

    def close(self) -> None:
        """Stop recognizing, and let go of the file."""
        self._transcription.cancel()
        self._file.close()


def _events(
    transcription: Transcription, segments: Iterator[Segment], form: str
) -> Iterator[bytes]:
    told: list[Segment] = []
    for number, segment in enumerate(segments):
        text = segment.text if told else segment.text.lstrip()
        told.append(segment)
        delta: dict[str, Any] = {"type": "transcript.text.delta", "delta": text}
        if transcription.length:
            delta["progress"] = round(min(1.0, segment.end / transcription.length), 3)
        if form == "verbose_json":
            delta["segment"] = _segment(number, segment, 0.0)
        yield event(msgspec.json.encode(delta))
    usage = Usage(round(transcription.seconds, TIME_DIGITS))
    done = {"type": "transcript.text.done", "text": _text(told), "usage": usage}
    yield event(msgspec.json.encode(done))
    yield DONE
