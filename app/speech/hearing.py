"""Recordings become text: decoded, cut at pauses, recognized piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.errors import BadRequest, Cancelled, SoundRefused
from app.language import Text
from app.speech import languages
from app.speech.live.dictation import PAUSE_S
from app.speech.live.listener import Listener
from app.speech.live.sessions import Sessions
from app.speech.recognizer import FILE, Recognizer
from app.speech.sound import LONGEST_S, RATE, SAMPLE_BYTES, Sound
from app.speech.transcript import Segment, Wanted, Word, room_for
from app.speech.utterances import Pauses, Piece, Pieces

NO_SPEECH = Text(
    "Nobody speaks in this recording: it is silence or noise.",
    "这段录音里没有人说话：只有静音或噪声。",
)
UNKNOWN_LANGUAGE = Text(
    "“{language}” is no language that is recognized. Give its code, such as en or zh, or leave "
    "it out.",
    "无法识别“{language}”这种语言。请使用语言代码，例如 en 或 zh，或者不指定。",
)
STOPPED = Text("The transcription was stopped.", "转写已停止。")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is. Units: seconds of the recording; `of`: 0 where its length is not known."""

    seconds: float
    of: float

    @property
    def share(self) -> float:
        """0 to 1."""
        return min(1.0, self.seconds / self.of) if self.of else 0.0


class Transcription:
    """Iterating yields the segments as they are recognized.

    `language` and `seconds` are known when the first one is, and at the end.
    Raises, while it is iterated: SoundRefused, SpeechFailed, Cancelled.
    """

    def __init__(self, sound: Sound, recognizer: Recognizer, wanted: Wanted) -> None:
        self._sound = sound
        self._recognizer = recognizer
        self._wanted = wanted
        self._cancelled = False
        self.on_progress: Callable[[Progress], None] = lambda _progress: None
        self.language = wanted.language or ""
        self.seconds = 0.0

    @property
    def length(self) -> float:
        """The whole length in seconds, as far as the file tells it; 0: it does not."""
        return self._sound.seconds

    def cancel(self) -> None:
        """End it at the next piece; from any thread."""
        self._cancelled = True

    def __iter__(self) -> Iterator[Segment]:
        found = False
        with self._sound as sound:
            for piece in self._pieces(sound):
                for segment in self._heard(piece):
                    found = True
                    yield segment
                self.on_progress(Progress(piece.end, sound.seconds))
        if not found:
            raise SoundRefused(NO_SPEECH, "file")

    def _pieces(self, sound: Sound) -> Iterator[Piece]:
        pauses, pieces, seconds = Pauses(), Pieces(), 0.0
        for block in sound:
            if self._cancelled:
                raise Cancelled(STOPPED)
            likelihoods = self._recognizer.voice(block)
            seconds += len(block) / SAMPLE_BYTES / RATE
            self.seconds = seconds
            for utterance in pauses.add(block, likelihoods):
                if (full := pieces.add(utterance)) is not None:
                    yield full
        for utterance in pauses.end():
            if (full := pieces.add(utterance)) is not None:
                yield full
        yield from pieces.end()

    def _heard(self, piece: Piece) -> Sequence[Segment]:
        if self._cancelled:
            raise Cancelled(STOPPED)
        wanted = replace(self._wanted, context=room_for(piece.seconds))
        heard = self._recognizer.hear(bytes(piece.samples), wanted, FILE)
        # One recording is in one language: to find it out again would cost half as much again.
        self.language = heard.language
        self._wanted = replace(self._wanted, language=heard.language)
        return [placed(segment, piece) for segment in heard.segments]


def placed(segment: Segment, piece: Piece) -> Segment:
    """A segment of a piece, with the times of the recording."""
    return replace(
        segment,
        start=piece.at(segment.start),
        end=max(piece.at(segment.start), piece.at(segment.end, is_end=True)),
        words=tuple(_placed(word, piece) for word in segment.words),
    )


def _placed(word: Word, piece: Piece) -> Word:
    start = piece.at(word.start)
    return replace(word, start=start, end=max(start, piece.at(word.end, is_end=True)))


class Hearing:
    """What listens. `decode`: the command that decodes a file."""

    def __init__(self, decode: Sequence[str], recognizer: Recognizer) -> None:
        self._decode = [*decode]
        self.recognizer = recognizer
        self.sessions = Sessions()

    def transcribe(self, file: Path, wanted: Wanted, longest_s: float = LONGEST_S) -> Transcription:
        """The text of a file, piece by piece. Raises: BadRequest for a language that is none."""
        check_language(wanted.language)
        return Transcription(Sound(self._decode, file, longest_s), self.recognizer, wanted)

    def listen(self, wanted: Wanted, pause_s: float = PAUSE_S) -> Listener:
        """The text of sound that is still to come; a pause of `pause_s` ends an utterance.

        Raises: BadRequest for a language that is none.
        """
        check_language(wanted.language)
        return Listener(self.recognizer, wanted, pause_s)

    def close(self) -> None:
        """End the recognizer."""
        self.recognizer.close()


def check_language(language: str | None) -> None:
    """Raises: BadRequest."""
    if language is not None and language not in languages.NAMES:
        raise BadRequest(UNKNOWN_LANGUAGE.filled(language=language), "language")
