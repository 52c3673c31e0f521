"""Says an answer while it is still being written, on a thread of its own."""

from __future__ import annotations

import base64
import queue
import threading
from collections.abc import Iterator
from typing import Any

from app.api.assist.request import Said
from app.errors import AssistantError, BadRequest, Cancelled
from app.language import Language
from app.speech.aloud.tongues import language_of
from app.speech.speaking import Speaking
from app.speech.voices import Voice

Told = dict[str, Any]


class Saying:
    """Takes the answer's text as it comes; gives events with the sound of each sentence.

    An "audio" event holds a small file of its own; "unspoken" tells of a sentence that no voice
    says, or that could not be made; without `speaking`, all are. To be cancelled.
    """

    def __init__(self, speaking: Speaking | None, how: Said, told_in: Language) -> None:
        from app.speech.aloud.reader import Reader  # what it knows of text takes time to load

        self._speaking = speaking
        self._how = how
        self._told_in = told_in
        self._reader = Reader(how.language)
        self._sentences: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Told | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._count = 0
        self._is_over = False
        threading.Thread(target=self._work, name="voice", daemon=True).start()

    def add(self, text: str) -> None:
        """More of the answer."""
        for sentence in self._reader.add(text):
            self._sentences.put(sentence)

    def end(self) -> None:
        """It is complete."""
        for sentence in self._reader.end():
            self._sentences.put(sentence)
        self._sentences.put(None)

    def ready(self) -> Iterator[Told]:
        """What was made since the last time."""
        while not self._is_over and not self._events.empty():
            yield from self._next()

    def rest(self) -> Iterator[Told]:
        """All that is still to be made, once the answer is complete."""
        while not self._is_over:
            yield from self._next()

    def cancel(self) -> None:
        """Say no more. Repeatable, from any thread."""
        self._closed.set()
        self._sentences.put(None)

    def _next(self) -> Iterator[Told]:
        event = self._events.get()
        self._is_over = event is None
        if event is not None:
            yield event

    def _work(self) -> None:
        try:
            while (sentence := self._sentences.get()) is not None and not self._closed.is_set():
                if (event := self._said(sentence)) is not None:
                    self._events.put(event)
        finally:
            self._events.put(None)

    def _said(self, sentence: str) -> Told | None:
        language = self._how.language or language_of(sentence) or ""
        told: Told = {"index": self._count, "sentence": sentence, "language": language}
        self._count += 1
        if self._speaking is None or (voice := self._voice(self._speaking, language)) is None:
            return {"type": "unspoken", **told}
        try:
            data, seconds = self._sound(self._speaking, sentence, voice)
        except BadRequest:  # there is nothing in it to be said
            return None
        except Cancelled:
            return None
        except AssistantError as error:
            return {"type": "unspoken", **told, "reason": error.in_language(self._told_in)}
        sound = {"format": self._how.form, "audio": base64.b64encode(data).decode()}
        return {"type": "audio", **told, "voice": voice.name, "seconds": seconds, **sound}

    def _voice(self, speaking: Speaking, language: str) -> Voice | None:
        named, voices = self._how.voice, speaking.voices
        if named is not None and language in (named.language, ""):
            return named
        return voices.speaking(language) if language else voices.known[0]

    def _sound(self, speaking: Speaking, sentence: str, voice: Voice) -> tuple[bytes, float]:
        made = speaking.say([sentence], voice, self._how.form, self._how.speed)
        try:
            data = bytearray(b"".join(made))
        finally:
            made.close()
        for at, changed in made.patches:
            data[at : at + len(changed)] = changed
        return bytes(data), round(made.seconds, 2)
