"""What is asked of the engine. The engine knows token ids, never text."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen. Names, order and defaults are llama-server's.

    A value that switches its sampler off: top_k 0, top_p 1, min_p 0, the penalties 1, 0 and 0,
    temperature 0 (greedy). `seed` None: a fresh one for each request.
    """

    temperature: float = 0.8
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.0
    repeat_last_n: int = 64
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Generation:
    """One request: continue `prompt` ([n] token ids) by at most `max_tokens` (None: what fits)."""

    prompt: tuple[int, ...]
    max_tokens: int | None = None
    sampling: Sampling = field(default_factory=Sampling)
