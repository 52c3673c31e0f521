"""How fast this machine is just now, so how large a prompt piece may be. Pure: times come in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Pace:
    """Measured times of decode calls, recent ones counting most.

    A piece of a prompt must be short enough that arrivals, cancellations and running answers do
    not wait long for it, and large enough that it does not crawl: on a slow processor that is a
    few tokens, on a GPU thousands.
    """

    step_s: float = 0.5  # how long a decode call may take while nobody reads an answer
    stretch: float = 4.0  # how much longer than alone an answer's step may take beside a prompt
    least: int = 16  # smaller pieces waste more time on reading the weights than they save
    first: int = 64  # before anything has been measured
    _prompt_token_s: float | None = None
    _answers_s: float | None = None

    def measured(self, prompt_tokens: int, answers: int, seconds: float) -> None:
        """One decode call carried so many tokens of prompts and of answers, and took so long."""
        seconds = max(seconds, 1e-6)  # a coarse clock may have stood still
        if prompt_tokens == 0:
            self._answers_s = _recent(self._answers_s, seconds)
        elif prompt_tokens >= self.least:
            tokens = prompt_tokens + answers
            self._prompt_token_s = _recent(self._prompt_token_s, seconds / tokens)

    def prompt_tokens(self, beside_answers: bool) -> int:
        """How many prompt tokens the next decode call should carry at most."""
        if self._prompt_token_s is None:
            return self.first
        seconds = self.step_s
        if beside_answers and self._answers_s is not None:
            seconds = min(seconds, self._answers_s * (self.stretch - 1))
        return max(self.least, int(seconds / self._prompt_token_s))


def _recent(before: float | None, now: float) -> float:
    return now if before is None else (before + now) / 2
