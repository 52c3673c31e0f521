"""Decides what the next decode call carries. Pure: no thread, no clock, no llama.cpp."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests may wait, and how much one decode call carries."""

    queue: int = 64  # requests that may wait beyond those that run
    step_tokens: int = 2048  # most tokens of one decode call
    ageing_tokens_per_s: float = 100.0  # how fast waiting makes a prompt count as shorter
    draft_tokens: int = 16  # most tokens that are guessed ahead of one answer; 0: none
    lookup: bool = True  # guess from the prompt and the answer so far
    shifts: bool = False  # an answer that fills its context forgets, and goes on


@dataclass(frozen=True, slots=True)
class Work:
    """What one sequence still has to decode before its next token can be sampled."""

    sequence: int
    pending: int
    answering: bool  # its first token is out: someone is reading
    waited_s: float


@dataclass(frozen=True, slots=True)
class Room:
    """How many prompt tokens the next decode call may carry.

    A prompt with at most `short` pending tokens is taken whole, if it is its turn; of a longer one
    come at most `long`, which may be none just now. Others add to that what makes `along` together.
    """

    long: int
    short: int
    along: int = 0

    def of(self, pending: int) -> int:
        """How many come of a prompt with so many pending tokens, if it is its turn."""
        return self.short if pending <= self.short else self.long


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a sequence's pending tokens go into the next decode call."""

    sequence: int
    tokens: int


def next_batch(work: Sequence[Work], limits: Limits, room: Room) -> list[Share]:
    """One token per running answer, then prompts: the shortest remaining first.

    Shape: the tokens of all shares together are at most `limits.step_tokens`.
    """
    # Answers first: a long prompt must not pause a reply that someone is reading.
    shares = [Share(each.sequence, 1) for each in work if each.answering][: limits.step_tokens]
    left = limits.step_tokens - len(shares)
    for each in by_urgency((each for each in work if not each.answering), limits):
        tokens = min(each.pending, room.of(each.pending), left)
        if tokens <= 0:
            break
        shares.append(Share(each.sequence, tokens))
        left -= tokens
        # What comes along makes the first one wait.
        more = max(0, room.along - tokens)
        room = Room(more, 0, more)
    return shares


def by_urgency(work: Iterable[Work], limits: Limits) -> list[Work]:
    """Shortest remaining first; waiting counts as progress, so that nobody starves."""
    return sorted(work, key=lambda each: each.pending - each.waited_s * limits.ageing_tokens_per_s)


def fits(running: Iterable[int], arriving: int, context_tokens: int) -> bool:
    """Whether a request of `arriving` tokens has a place beside those that run.

    One that runs alone always has: its size was checked when it was submitted.
    """
    sizes = list(running)
    return not sizes or sum(sizes) + arriving < context_tokens
