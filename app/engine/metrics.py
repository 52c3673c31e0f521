"""What the engine has done since it started, as llama-server counts it."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass

from app.engine.reply import Timings


@dataclass(slots=True)
class Metrics:
    """Sums over all requests, and over all decode calls.

    A prompt counts when it is read, an answer when it has ended.

    Source: llama.cpp, tools/server/README.md, "GET /metrics".
    """

    prompt_tokens: int = 0
    cached_tokens: int = 0
    prompt_s: float = 0.0
    predicted_tokens: int = 0
    predicted_s: float = 0.0
    decode_calls: int = 0
    busy_slots: int = 0  # over all decode calls
    most_tokens: int = 0  # that one sequence has held
    drafts: int = 0
    drafted_tokens: int = 0
    accepted_tokens: int = 0
    answers: int = 0  # that came to an end, whichever

    def decoded(self, busy_slots: int, longest: int) -> None:
        """One decode call, and the longest sequence of it."""
        self.decode_calls += 1
        self.busy_slots += busy_slots
        self.most_tokens = max(self.most_tokens, longest)

    def read(self, tokens: int, seconds: float) -> None:
        """One text was read, in a decode call of its own, of which nothing is written."""
        self.prompt_tokens += tokens
        self.prompt_s += seconds
        self.decoded(1, tokens)

    def __add__(self, other: Metrics) -> Metrics:
        """The sums of both, and the longest sequence of either."""
        mine, theirs = asdict(self), asdict(other)
        both = {name: mine[name] + theirs[name] for name in mine}
        return Metrics(**both | {"most_tokens": max(self.most_tokens, other.most_tokens)})

    def rates_since(self, before: Metrics) -> tuple[float, float]:
        """Prompt tokens, and tokens written, per second of the work done after `before`."""
        return (
            _rate(self.prompt_tokens - before.prompt_tokens, self.prompt_s - before.prompt_s),
            _rate(
                self.predicted_tokens - before.predicted_tokens,
                self.predicted_s - before.predicted_s,
            ),
        )

    def checked(self, drafted: int, accepted: int) -> None:
        """A draft was checked."""
        self.drafts += 1
        self.drafted_tokens += drafted
        self.accepted_tokens += accepted

    def prompted(self, timings: Timings) -> None:
        """A prompt was read, or as much of it as was wanted."""
        self.prompt_tokens += timings.prompt_n
        self.cached_tokens += timings.cache_n
        self.prompt_s += timings.prompt_ms / 1000

    def answered(self, timings: Timings) -> None:
        """An answer that had begun came to its end."""
        self.predicted_tokens += timings.predicted_n
        self.predicted_s += timings.predicted_ms / 1000


class Window:
    """The time since the metrics were last looked at."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen = Metrics()

    def rates(self, done: Metrics) -> tuple[float, float]:
        """Prompt tokens, and tokens written, per second in it; the next window begins."""
        with self._lock:
            before, self._seen = self._seen, done
        return done.rates_since(before)


def _rate(amount: int, seconds: float) -> float:
    return amount / seconds if amount and seconds > 0 else 0.0
