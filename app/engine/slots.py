"""A slot is one sequence of the context; an answer is one request on its way through it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.engine.backend import Sampler
from app.engine.reply import Finished, Reply, Timings, Usage
from app.engine.request import Generation
from app.engine.scheduler import Work, common_prefix


@dataclass(slots=True, eq=False)
class Answer:
    """One request: its tokens so far (prompt, then chosen ones), and its times in seconds."""

    generation: Generation
    reply: Reply
    arrived: float
    tokens: list[int] = field(init=False)
    sampler: Sampler | None = None
    cached: int = 0  # prompt tokens that lay in the slot already
    started: float | None = None
    first_token: float | None = None
    last_token: float | None = None

    def __post_init__(self) -> None:
        self.tokens = list(self.generation.prompt)

    @property
    def chosen(self) -> int:
        """How many tokens have been chosen."""
        return len(self.tokens) - len(self.generation.prompt)

    def is_full(self, sequence_tokens: int) -> bool:
        """Whether a limit ends it: the request's own, or the size of the context."""
        most = self.generation.max_tokens
        return (most is not None and self.chosen >= most) or len(self.tokens) >= sequence_tokens

    def finished(self, reason: Literal["stop", "length"], now: float) -> Finished:
        """How it ended, with its counts and times."""
        prompt = len(self.generation.prompt)
        started = self.started if self.started is not None else now
        first = self.first_token if self.first_token is not None else now
        last = self.last_token if self.last_token is not None else first
        return Finished(
            reason=reason,
            usage=Usage(prompt, self.chosen, self.cached),
            timings=Timings(
                prompt_n=prompt - self.cached,
                prompt_ms=(first - started) * 1000,
                predicted_n=self.chosen,
                predicted_ms=(last - first) * 1000,
                cache_n=self.cached,
            ),
        )


@dataclass(slots=True, eq=False)
class Slot:
    """One sequence: the tokens that its part of the context holds, and the answer it works on."""

    sequence: int
    held: list[int] = field(default_factory=list)
    answer: Answer | None = None
    released: float = 0.0  # when its last answer ended

    def pending(self) -> int:
        """How many tokens have to be decoded before the next one can be chosen."""
        return len(self.answer.tokens) - len(self.held) if self.answer else 0

    def work(self, now: float) -> Work:
        """What the scheduler needs to know of it."""
        assert self.answer is not None
        pending = self.pending()
        # After losing its place an answer decodes its tokens again: that is prompt work.
        answering = self.answer.chosen > 0 and pending == 1
        return Work(self.sequence, pending, answering, now - self.answer.arrived)


def best_slot(free: Iterable[Slot], prompt: Sequence[int]) -> tuple[Slot, int]:
    """The free slot that holds most of the prompt's beginning, and how many tokens of it.

    The last prompt token is always decoded again: its logits choose the first token. Among equals,
    the slot that was idle longest.
    """
    usable = len(prompt) - 1
    candidates = [(slot, min(common_prefix(slot.held, prompt), usable)) for slot in free]
    return max(candidates, key=lambda each: (each[1], -each[0].released))
