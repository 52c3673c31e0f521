"""What is asked of the engine. The engine knows token ids, never text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.engine.pictures.picture import Picture, Seen

SAMPLERS = (
    "penalties",
    "dry",
    "top_n_sigma",
    "top_k",
    "typ_p",
    "top_p",
    "min_p",
    "xtc",
    "temperature",
)
"""llama-server's samplers in its default order."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """What an answer may look like, in GBNF.

    `lazy`: it binds only from the first trigger on, which is one of `trigger_patterns` (regular
    expressions over the text so far) or `trigger_tokens`.
    """

    text: str
    root: str = "root"
    lazy: bool = False
    trigger_patterns: tuple[str, ...] = ()
    trigger_tokens: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen. Names, order and defaults are llama-server's.

    A value that switches its sampler off: top_k 0, top_p 1, min_p 0, the penalties 1, 0 and 0,
    temperature 0 (greedy), top_n_sigma -1, typical_p 1, xtc_probability 0, dry_multiplier 0,
    mirostat 0. `seed` None: a fresh one for each request.
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
    top_n_sigma: float = -1.0
    typical_p: float = 1.0
    xtc_probability: float = 0.0
    xtc_threshold: float = 0.1
    dynatemp_range: float = 0.0
    dynatemp_exponent: float = 1.0
    mirostat: int = 0
    mirostat_tau: float = 5.0
    mirostat_eta: float = 0.1
    dry_multiplier: float = 0.0
    dry_base: float = 1.75
    dry_allowed_length: int = 2
    dry_penalty_last_n: int = -1
    dry_sequence_breakers: tuple[str, ...] = ("\n", ":", '"', "*")
    min_keep: int = 0
    samplers: tuple[str, ...] = SAMPLERS
    logit_bias: tuple[tuple[int, float], ...] = ()  # token id, what is added to its logit
    ignore_eos: bool = False
    adaptive_target: float = -1.0
    adaptive_decay: float = 0.9
    grammar: Grammar | None = None


@dataclass(frozen=True, slots=True)
class Generation:
    """One request: continue `prompt` ([n] token ids) by at most `max_tokens`.

    `max_tokens` None: what fits; 0: the prompt is read, for requests that begin with it.
    `pictures`: those that stand in the prompt, in their order.
    """

    prompt: tuple[int, ...]
    max_tokens: int | None = None
    sampling: Sampling = field(default_factory=Sampling)
    probabilities: int = 0  # how many of each token's likeliest alternatives to report
    post_sampling: bool = False  # probabilities as the samplers left them, not the model's own
    keep_cache: bool = True  # whether a prefix that a slot holds may be used again
    pinned: bool = False  # its prefix is kept on disk, beyond a restart
    slot: int | None = None  # None: the best one
    adapters: tuple[tuple[int, float], ...] | None = None  # LoRA number, scale; None: the server's
    draft: bool | None = None  # None: speculate where it pays
    time_limit_s: float | None = None  # from the first token on
    progress: bool = False  # tell how much of the prompt is read
    timed: bool = False  # tell the times so far with each token
    keep: int = 0  # tokens of the prompt that stay when a full context is shifted; -1: all
    discard: int = 0  # tokens that go each time; 0: half of the others
    pictures: tuple[Picture, ...] = ()

    @property
    def said(self) -> Sequence[int]:
        """The tokens of the prompt, without its pictures."""
        return [each for each in self.prompt if each >= 0] if self.pictures else self.prompt

    @property
    def cells(self) -> int:
        """What the prompt takes of a context."""
        return Seen(self.prompt, self.pictures).cells
