"""Cuts sound into stretches of speech at its pauses, and puts them together for the recognizer.

Pure: samples and the voice detector's likelihoods come in.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

RATE = 16_000
FRAME = 512  # samples of which one likelihood tells
FRAME_S = FRAME / RATE
FRAME_BYTES = 2 * FRAME

BEGINS = 0.5  # likelihoods: from here on it is speech, until it falls
ENDS = 0.35  # below this
PAUSE = 16  # frames that end an utterance
MARGIN = 7  # frames kept before and after
SHORTEST = 3  # frames of speech; less is a click
LONGEST = round(28 / FRAME_S)
SPARED_S = 7.0  # of a piece, for an end at a longer pause
SEARCHED = round(8 / FRAME_S)  # frames at the end of an overlong one, in which it is cut


@dataclass(frozen=True, slots=True)
class Utterance:
    """Speech without a long pause in it. `start` in seconds from the beginning."""

    start: float
    samples: bytes

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / 2 / RATE

    @property
    def end(self) -> float:
        """Where it ends, in seconds from the beginning."""
        return self.start + self.seconds


class Pauses:
    """Finds utterances in sound that comes block by block."""

    def __init__(self, pause: int = PAUSE, longest: int = LONGEST) -> None:
        self._pause, self._longest = pause, longest
        self._samples = bytearray()
        self._likelihoods: list[float] = []
        self._first = 0  # the frame at which these two begin
        self._seen = 0  # how many frames of them are judged
        self._start: int | None = None  # of these frames, where the current utterance begins
        self._voiced = 0  # its last frame with speech in it
        self._count = 0  # how many it has
        self._kept = 0  # frames before this belong to an earlier utterance

    @property
    def current(self) -> Utterance | None:
        """What is being said just now."""
        return None if self._start is None else self._cut(self._start, len(self._likelihoods))

    @property
    def voiced(self) -> int:
        """How many frames of what is being said have speech in them."""
        return 0 if self._start is None else self._count

    @property
    def silent(self) -> int:
        """For how many frames nothing has been said since."""
        return 0 if self._start is None else self._seen - 1 - self._voiced

    def add(self, samples: bytes, likelihoods: Sequence[float]) -> list[Utterance]:
        """The utterances that have ended. `likelihoods`: one for each whole or last frame."""
        self._samples += samples
        self._likelihoods += likelihoods
        found = list(self._judged())
        self._forget()
        return found

    def end(self) -> list[Utterance]:
        """The last utterance, if there is one."""
        if self._start is None:
            return []
        last = self._finished(min(len(self._likelihoods), self._voiced + 1 + MARGIN))
        return [last] if last else []

    def _judged(self) -> Iterator[Utterance]:
        while self._seen < len(self._likelihoods):
            frame, likelihood = self._seen, self._likelihoods[self._seen]
            self._seen += 1
            if self._start is None:
                if likelihood >= BEGINS:
                    self._start = max(self._kept, frame - MARGIN)
                    self._voiced, self._count = frame, 1
                continue
            if likelihood >= ENDS:
                self._voiced, self._count = frame, self._count + 1
            end = None
            if frame - self._voiced >= self._pause:
                end = self._voiced + 1 + MARGIN
            elif frame - self._start >= self._longest:
                end = self._quietest(frame)
            if end is not None and (found := self._finished(end)):
                yield found

    def _quietest(self, frame: int) -> int:
        """Of several such places, the last."""
        latest_first = range(frame - 1, frame - SEARCHED - 1, -1)
        return min(latest_first, key=self._likelihoods.__getitem__) + 1

    def _finished(self, end: int) -> Utterance | None:
        """The utterance up to a frame; what comes after it is judged anew."""
        start, count = self._start, self._count
        assert start is not None
        self._start, self._kept, self._seen = None, end, max(end, self._kept)
        return self._cut(start, end) if count >= SHORTEST else None

    def _cut(self, start: int, end: int) -> Utterance:
        samples = self._samples[start * FRAME_BYTES : end * FRAME_BYTES]
        return Utterance((self._first + start) * FRAME_S, bytes(samples))

    def _forget(self) -> None:
        """Drop what no utterance can need any more."""
        needed = self._start if self._start is not None else max(self._kept, self._seen - MARGIN)
        needed = min(needed, self._seen)
        del self._samples[: needed * FRAME_BYTES]
        del self._likelihoods[:needed]
        self._first += needed
        self._seen -= needed
        self._voiced -= needed
        self._kept = max(0, self._kept - needed)
        if self._start is not None:
            self._start -= needed


@dataclass(slots=True)
class Piece:
    """Utterances that are recognized together, with the pauses between them left out."""

    samples: bytearray = field(default_factory=bytearray)
    places: list[float] = field(default_factory=list)  # where each begins in the piece
    starts: list[float] = field(default_factory=list)  # and in the recording
    end: float = 0.0  # of the last one, in the recording

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / 2 / RATE

    def add(self, utterance: Utterance) -> None:
        """Put one more at its end."""
        self.places.append(self.seconds)
        self.starts.append(utterance.start)
        self.samples += utterance.samples
        self.end = utterance.end

    def at(self, seconds: float, is_end: bool = False) -> float:
        """A place in the piece, in the recording. An end belongs to what lies before it."""
        index = bisect_right(self.places, seconds - 0.05 if is_end else seconds) - 1
        index = max(0, index)
        within = seconds - self.places[index]
        limit = self.starts[index + 1] if index + 1 < len(self.starts) else self.end
        return min(self.starts[index] + within, limit)


class Pieces:
    """Fills pieces, which cost the recognizer the same however long they are.

    They end at the longest of their last pauses: half a sentence is recognized worse.
    """

    def __init__(self, longest_s: float = 28.8, spared_s: float = SPARED_S) -> None:
        self._longest_s = longest_s
        self._spared_s = spared_s
        self._waiting: list[Utterance] = []

    def add(self, utterance: Utterance) -> Piece | None:
        """The piece that is full, once there is one."""
        full = None
        if self._waiting and _length(self._waiting) + utterance.seconds > self._longest_s:
            count = self._best_end(utterance)
            full = _piece(self._waiting[:count])
            del self._waiting[:count]
        self._waiting.append(utterance)
        return full

    def end(self) -> Iterator[Piece]:
        """What is left."""
        last, self._waiting = self._waiting, []
        if last:
            yield _piece(last)

    def _best_end(self, following: Utterance) -> int:
        """How many of those that wait make the piece; what is left must leave room for the next."""
        utterances = [*self._waiting, following]
        best, longest_pause = len(self._waiting), -1.0
        for count in range(len(self._waiting), 0, -1):
            rest = _length(utterances[count:])
            if rest - following.seconds > self._spared_s or rest > self._longest_s:
                break
            pause = utterances[count].start - utterances[count - 1].end
            if pause > longest_pause:
                best, longest_pause = count, pause
        return best


def _length(utterances: Sequence[Utterance]) -> float:
    return sum(each.seconds for each in utterances)


def _piece(utterances: Sequence[Utterance]) -> Piece:
    piece = Piece()
    for each in utterances:
        piece.add(each)
    return piece
