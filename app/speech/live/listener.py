"""Someone who speaks just now: sound is fed in from one thread, events are read in another."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator

from app.errors import Busy, Cancelled
from app.language import Text
from app.speech.live.dictation import PAUSE_S, Dictation, Event
from app.speech.recognizer import LIVE, Recognizer
from app.speech.sound import FRAME_BYTES, RATE, SAMPLE_BYTES
from app.speech.transcript import Wanted

MOST_WAITING_S = 60.0
IDLE_S = 60.0
AT_ONCE = 300  # frames that the voice detector is given
BEFORE = 32  # frames that it hears again, for each time it begins without memory

BEHIND = Text(
    "So much sound waits to be recognized that no more is taken: read the events, or send slower.",
    "等待识别的声音过多，暂不接收：请读取事件，或放慢发送速度。",
)
OVER = Text("This live recognition has ended: begin another.", "这次实时识别已结束，请重新开始。")


class Listener:
    """Turns sound into events while it comes.

    `feed` takes 16-bit samples, 16 kHz, one channel; iterating yields events until `finish` was
    called and all is recognized, or nothing was fed for `idle_s`. The work is done by whoever
    iterates; where several do, the last of them. Every method may be called from any thread.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        wanted: Wanted,
        pause_s: float = PAUSE_S,
        idle_s: float = IDLE_S,
    ) -> None:
        self._recognizer = recognizer
        self._dictation = Dictation(wanted, pause_s)
        self._idle_s = idle_s
        self._changed = threading.Condition()
        self._working = threading.Lock()
        self._arrived = bytearray()
        self._heard_before = b""
        self._events: deque[Event] = deque()
        self._readers = 0
        self._fed_at = time.monotonic()
        self._bytes = 0
        self._finishing = False
        self._is_over = False

    @property
    def seconds(self) -> float:
        """How much sound was fed."""
        return self._bytes / SAMPLE_BYTES / RATE

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or nobody feeds it any more."""
        return self._is_over or self._is_idle

    def feed(self, samples: bytes) -> None:
        """More sound. Raises: Busy, where too much is waiting; Cancelled, where it has ended."""
        with self._changed:
            if self._finishing:
                raise Cancelled(OVER)
            waiting = len(self._arrived) / SAMPLE_BYTES / RATE + self._dictation.waiting_s
            if waiting > MOST_WAITING_S:
                raise Busy(BEHIND)
            self._arrived += samples
            self._bytes += len(samples)
            self._fed_at = time.monotonic()
            self._changed.notify_all()

    def finish(self) -> None:
        """No more sound comes: what was said last is recognized. Repeatable."""
        with self._changed:
            self._finishing = True
            self._changed.notify_all()

    def leave(self) -> None:
        """Let whoever reads events stop; another may go on reading."""
        with self._changed:
            self._readers += 1
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Event]:
        return (event for event in self.events() if event is not None)

    def events(self, every_s: float | None = None) -> Iterator[Event | None]:
        """Events as they come, and None where there was none for so long.

        Raises: SpeechFailed, Cancelled.
        """
        with self._changed:
            self._readers += 1
            self._changed.notify_all()
            reader = self._readers
        self._get_ready()
        while reader == self._readers:
            if self._events:
                yield self._events.popleft()
            elif self._is_over:
                return
            elif not self._work() and not self._wait(reader, every_s):
                yield None

    @property
    def _is_idle(self) -> bool:
        return time.monotonic() - self._fed_at > self._idle_s

    def _get_ready(self) -> None:
        """Load the recognizer before the first words are said."""
        if not self._recognizer.is_loaded:
            self._recognizer.voice(bytes(FRAME_BYTES), LIVE)

    def _wait(self, reader: int, most_s: float | None) -> bool:
        """Until there is something to do; False where that takes longer than `most_s`."""
        idle_s = max(0.0, self._fed_at + self._idle_s - time.monotonic()) + 0.01

        def is_due() -> bool:
            there = len(self._arrived) >= FRAME_BYTES or self._finishing
            return there or reader != self._readers

        with self._changed:
            due = self._changed.wait_for(is_due, idle_s if most_s is None else min(idle_s, most_s))
            if not due and self._is_idle:
                self._finishing = due = True
            return due

    def _work(self) -> bool:
        """Do the next thing there is to do, if there is any."""
        with self._working:
            frames, are_last = self._taken()
            if frames:
                self._events += self._dictation.add(frames, self._likelihoods(frames))
                return True
            if are_last:
                self._events += self._dictation.end()
            task = self._dictation.next_task()
            if task is None:
                self._is_over = are_last
                return are_last
            heard = self._recognizer.hear(task.sound.samples, task.wanted, LIVE)
            if (event := self._dictation.heard(task, heard)) is not None:
                self._events.append(event)
            return True

    def _taken(self) -> tuple[bytes, bool]:
        """Whole frames of what has arrived, and whether no others follow."""
        with self._changed:
            size = min(len(self._arrived), AT_ONCE * FRAME_BYTES)
            size -= size % FRAME_BYTES
            frames = bytes(self._arrived[:size])
            del self._arrived[:size]
            return frames, self._finishing

    def _likelihoods(self, frames: bytes) -> list[float]:
        before = len(self._heard_before) // FRAME_BYTES
        found = self._recognizer.voice(self._heard_before + frames, LIVE)[before:]
        self._heard_before = (self._heard_before + frames)[-BEFORE * FRAME_BYTES :]
        return found
