"""Decides what is recognized next of sound that is still coming, and what is told of it.

Pure: samples, likelihoods of a voice and recognized texts come in. There is no clock but the sound.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.speech.live.agreement import agreed
from app.speech.transcript import Heard, Wanted, Word, room_for
from app.speech.utterances import FRAME_S, SHORTEST, Pauses, Utterance

PAUSE_S = 0.6
LONGEST = round(15 / FRAME_S)  # frames without a pause, after which what is said is cut
STEP = round(0.45 / FRAME_S)  # frames of new speech that are worth another guess
BREATH = 5  # frames of silence after which the last words are guessed at once
GUESS_ROOM_S = 10.0  # with less room, too many words are made up
LEARNED_S = 1.5  # shorter ones do not tell the language
SURE = 0.5  # of its words; below, the language may be another by now


@dataclass(frozen=True, slots=True)
class Event:
    """What is told of one utterance; they are counted from 0.

    "speech": someone has begun to speak. "partial": what was said so far; of its text the first
    `stable` characters are settled. "final": the whole, empty where there were no words.
    Units: seconds from the beginning.
    """

    kind: Literal["speech", "partial", "final"]
    utterance: int
    start: float
    end: float
    text: str = ""
    stable: int = 0
    language: str = ""
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """Sound that is to be recognized."""

    utterance: int
    sound: Utterance
    is_final: bool
    wanted: Wanted


class Dictation:
    """Someone who speaks. Sound goes in with `add`, recognized tasks with `heard`."""

    def __init__(self, wanted: Wanted, pause_s: float = PAUSE_S) -> None:
        self._wanted = wanted
        self._language = wanted.language
        self._pauses = Pauses(round(pause_s / FRAME_S), LONGEST)
        self._ended: deque[Task] = deque()
        self._count = 0  # utterances that have ended
        self._is_told = False  # that the current one has begun
        self._guessed = 0  # frames with speech of the current one that were guessed at
        self._guess = ""  # of the utterance that is next to be final

    @property
    def waiting_s(self) -> float:
        """How much sound has ended and is not recognized yet."""
        return sum(task.sound.seconds for task in self._ended)

    def add(self, samples: bytes, likelihoods: Sequence[float]) -> list[Event]:
        """Whole frames of sound, each with how likely there is speech in it."""
        events = self._finished(self._pauses.add(samples, likelihoods))
        current = self._pauses.current
        if current is not None and self._pauses.voiced >= SHORTEST and not self._is_told:
            events.append(self._begun(current))
            self._is_told = True
        return events

    def end(self) -> list[Event]:
        """No more sound comes."""
        return self._finished(self._pauses.end())

    def next_task(self) -> Task | None:
        """What should be recognized now, if anything; `heard` takes what came of it."""
        if self._ended:
            ended = self._ended.popleft()
            return replace(ended, wanted=self._listening(room_for(ended.sound.seconds)))
        current, voiced = self._pauses.current, self._pauses.voiced
        grown = voiced - self._guessed
        breathes = grown > 0 and voiced >= SHORTEST and self._pauses.silent >= BREATH
        if current is None or not (grown >= STEP or breathes):
            return None
        self._guessed = voiced
        wanted = self._listening(max(GUESS_ROOM_S, current.seconds + 1))
        return Task(self._count, current, False, replace(wanted, words=False, draft=True))

    def heard(self, task: Task, heard: Heard) -> Event | None:
        """What is to be told of a task."""
        text = "".join(segment.text for segment in heard.segments).strip()
        stable = agreed(self._guess, text)
        if task.is_final:
            self._guess = ""
            self._learn(task, heard)
            return self._event("final", task, heard, text, len(text))
        self._guess = text
        return self._event("partial", task, heard, text, stable) if text else None

    def _finished(self, utterances: Sequence[Utterance]) -> list[Event]:
        events = []
        for utterance in utterances:
            if not self._is_told:
                events.append(self._begun(utterance))
            self._ended.append(Task(self._count, utterance, True, self._wanted))
            self._count += 1
            self._is_told, self._guessed = False, 0
        return events

    def _begun(self, utterance: Utterance) -> Event:
        return Event("speech", self._count, utterance.start, utterance.start)

    def _listening(self, room_s: float) -> Wanted:
        return replace(self._wanted, language=self._language, context=room_s)

    def _learn(self, task: Task, heard: Heard) -> None:
        """The language: to find it out each time would cost half as much again."""
        if self._wanted.language is not None or task.sound.seconds < LEARNED_S:
            return
        sure = [segment.probability for segment in heard.segments]
        self._language = heard.language if sure and min(sure) >= SURE else None

    def _event(
        self, kind: Literal["partial", "final"], task: Task, heard: Heard, text: str, stable: int
    ) -> Event:
        start = task.sound.start
        words = tuple(
            replace(word, start=start + word.start, end=start + word.end)
            for segment in heard.segments
            for word in segment.words
        )
        end = start + task.sound.seconds
        return Event(kind, task.utterance, start, end, text, stable, heard.language, words)
