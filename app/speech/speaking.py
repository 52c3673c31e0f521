"""Text becomes speech: sentence by sentence, the first one heard while the rest is made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

from app.errors import BadRequest, Cancelled, SpeechFailed
from app.language import Text
from app.speech.formats import RATE, Format
from app.speech.voices import Voice, Voices
from app.speech.worker import IDLE_S, Worker

FAILED = Text(
    "The voice stopped working on this text: {reason}. Try again.",
    "朗读这段文字时语音合成意外中止：{reason}。请重试。",
)
NOTHING_TO_SAY = Text(
    "There is nothing in this text that can be said.",
    "这段文字中没有可以朗读的内容。",
)
SLOWEST, FASTEST = 0.25, 4.0
FIRST, NEXT = 0, 1
"""Whose turn comes first: whoever hears nothing yet."""


class Speech:
    """One file of speech: iterating yields its bytes as sentences are made.

    To be closed. Raises, while it is iterated: BadRequest where there is nothing to be said,
    SpeechFailed, Cancelled.
    """

    def __init__(
        self,
        worker: Worker,
        file: int,
        said: Iterable[str],
        voice: Voice,
        speed: float,
        form: Format,
    ) -> None:
        self._worker = worker
        self._file = file
        self._sentences = said
        self._voice = voice
        self._speed = speed
        self._form = form
        self._closed = threading.Event()
        self._begun = False
        self.samples = 0
        self.patches: list[tuple[int, bytes]] = []
        """What is to be changed at earlier places, to make a complete file of it."""

    @property
    def seconds(self) -> float:
        """How much was said so far."""
        return self.samples / RATE

    def __iter__(self) -> Iterator[bytes]:
        for sentence in self._sentences:
            if self._closed.is_set():
                return
            if data := self._said(sentence):
                yield data
        if not self.samples:
            raise BadRequest(NOTHING_TO_SAY, "input")
        told, data = self._ask({"do": "end"}, NEXT)
        self._begun = False
        self.patches = [(at, bytes.fromhex(changed)) for at, changed in told["patches"]]
        if data:
            yield data

    def close(self) -> None:
        """Say no more; from any thread."""
        self._closed.set()
        if self._begun and self._worker.is_loaded:
            with suppress(SpeechFailed, Cancelled):
                self._ask({"do": "drop"}, NEXT)
        self._begun = False

    def _said(self, sentence: str) -> bytes:
        rank = NEXT if self.samples else FIRST
        if not self._begun:
            self._ask({"do": "begin", "form": self._form}, rank)
            self._begun = True
        how = {"text": sentence, "voice": self._voice.name, "speed": self._speed}
        told, data = self._ask({"do": "say", **how}, rank)
        self.samples += told["samples"]
        return data

    def _ask(self, head: dict[str, Any], rank: int) -> tuple[dict[str, Any], bytes]:
        return self._worker.ask({**head, "file": self._file}, b"", rank)


class Speaking:
    """What speaks. `command`: that of its child process; `on_use`: called with every text."""

    def __init__(
        self,
        command: Callable[[], Sequence[str]],
        voices: Voices,
        idle_s: float = IDLE_S,
        on_use: Callable[[], None] = lambda: None,
    ) -> None:
        self.voices = voices
        self._on_use = on_use
        self._worker = Worker(command, FAILED, idle_s)
        self._files = count()

    def speak(self, text: str, voice: Voice, form: Format, speed: float = 1.0) -> Speech:
        """A text of any kind, Markdown too."""
        from app.speech.aloud.reader import sentences  # what it knows of text takes time to load

        return self.say(sentences(text, voice.language), voice, form, speed)

    def say(self, said: Iterable[str], voice: Voice, form: Format, speed: float = 1.0) -> Speech:
        """Sentences that have no markup any more."""
        self._on_use()
        return Speech(self._worker, next(self._files), said, voice, speed, form)

    @property
    def is_loaded(self) -> bool:
        """Whether it takes memory just now."""
        return self._worker.is_loaded

    def warm(self) -> None:
        """Let the child begin, for there will be something to say soon; this does not wait."""
        if not self._worker.is_loaded:
            threading.Thread(target=self._worker.start, daemon=True).start()

    def close(self) -> None:
        """End the child, and whoever waits for it."""
        self._worker.close()
