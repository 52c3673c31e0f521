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
class Share:
    """How many of a sequence's pending tokens go into the next decode call."""

    sequence: int
    tokens: int


def next_batch(
    work: Sequence[Work], limits: Limits, prompt_tokens: int, short_prompt: int = 0
) -> list[Share]:
    """One token per running answer, then at most `prompt_tokens`, shortest remaining first.

    A prompt of at most `short_prompt` pending tokens is taken whole, if it is its turn.
    Shape: the tokens of all shares together are at most `limits.step_tokens`.
    """
    # Answers first: a long prompt must not pause a reply that someone is reading.
    shares = [Share(each.sequence, 1) for each in work if each.answering][: limits.step_tokens]
    most = limits.step_tokens - len(shares)
    room = min(prompt_tokens, most)
    for each in by_urgency((each for each in work if not each.answering), limits):
        if room <= 0:
            break
        # One short pause costs readers less than many slow steps, and the one who waits far less.
        wanted = short_prompt if each.pending <= short_prompt else room
        tokens = min(each.pending, max(room, wanted), most)
        shares.append(Share(each.sequence, tokens))
        room -= tokens
        most -= tokens
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
