"""A slot is one sequence of the context; an answer is one request on its way through it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from app.engine.backend import Sampler
from app.engine.drafting.lookup import PromptLookup
from app.engine.drafting.speculation import Guessing
from app.engine.pictures.picture import Picture
from app.engine.prefixes.prefix import Adapters, Prefix
from app.engine.reply import Finished, Progress, Reply, Timings, Usage
from app.engine.request import Generation
from app.engine.scheduler import Work

NO_LIMIT = 2**31 - 1  # tokens


@dataclass(slots=True, eq=False)
class Answer:
    """One request: its tokens so far (prompt, then chosen ones), and its times in seconds."""

    generation: Generation
    reply: Reply
    arrived: float
    tokens: list[int] = field(init=False)
    adapters: Adapters = field(init=False)
    sampler: Sampler | None = None
    guessing: Guessing = field(default_factory=Guessing)
    fetched: Prefix | None = None  # what was on disk for it
    following: Following | None = None
    cached: int = 0  # prompt tokens that had been computed before
    forgotten: int = 0  # tokens that had to go when they filled the context
    started: float | None = None
    first_token: float | None = None
    last_token: float | None = None

    def __post_init__(self) -> None:
        self.tokens = list(self.generation.prompt)
        self.adapters = self.generation.adapters or ()

    @property
    def cells(self) -> int:
        """What its tokens take of the context."""
        return len(self.tokens) + self.generation.cells - len(self.generation.prompt)

    @property
    def chosen(self) -> int:
        """How many tokens have been chosen."""
        return len(self.tokens) + self.forgotten - len(self.generation.prompt)

    def left(self, sequence_tokens: int, shifts: bool = False) -> int:
        """How many more tokens may be chosen: by its own limit, and by the size of the context.

        `shifts`: the context is no limit.
        """
        # What a picture was part of can't be read again without a place for all of it.
        endless = shifts and not self.generation.pictures
        room = NO_LIMIT if endless else sequence_tokens - self.cells
        most = self.generation.max_tokens
        return room if most is None else min(room, most - self.chosen)

    def shift(self, begin_tokens: int) -> int:
        """Forget the older half of all but the beginning; how many tokens that beginning has.

        Source: llama.cpp, tools/server/server-context.cpp, "context shift".
        """
        prompt, wanted = len(self.generation.prompt), self.generation.keep
        kept = prompt if wanted < 0 else min(wanted + begin_tokens, prompt)
        kept = min(kept, len(self.tokens) - 2)
        others = len(self.tokens) - kept
        gone = min(self.generation.discard or others // 2, others - 1)
        del self.tokens[kept : kept + gone]
        self.forgotten += gone
        self.guessing.lookup = PromptLookup()  # which knew where everything stood
        return kept

    def is_late(self, now: float) -> bool:
        """Whether its time is over, which counts from its first token."""
        limit = self.generation.time_limit_s
        if limit is None or self.first_token is None:
            return False
        return now - self.first_token >= limit

    def progress(self, processed: int, now: float) -> Progress:
        """How much of its prompt is read."""
        started = now if self.started is None else self.started
        read = processed - self.cached
        timings = Timings(read, (now - started) * 1000, 0, 0.0, self.cached)
        return Progress(len(self.generation.prompt), self.cached, processed, timings)

    def finished(self, reason: Literal["stop", "length"], now: float, unread: int = 0) -> Finished:
        """How it ended, with its counts and times; `unread`: tokens of the prompt."""
        prompt = len(self.generation.prompt)
        started = self.started if self.started is not None else now
        first = self.first_token if self.first_token is not None else now
        last = self.last_token if self.last_token is not None else first
        return Finished(
            reason=reason,
            usage=Usage(prompt, self.chosen, self.cached),
            timings=Timings(
                prompt_n=prompt - self.cached - unread,
                prompt_ms=(first - started) * 1000,
                predicted_n=self.chosen,
                predicted_ms=(last - first) * 1000,
                cache_n=self.cached,
                draft_n=self.guessing.drafted,
                draft_n_accepted=self.guessing.accepted,
            ),
        )


@dataclass(slots=True, eq=False)
class Slot:
    """One sequence: the tokens that its part of the context holds, and the answer it works on."""

    sequence: int
    held: list[int] = field(default_factory=list)
    adapters: Adapters = ()  # with which `held` was computed
    answer: Answer | None = None
    last: Answer | None = None  # the one it worked on before
    released: float = 0.0  # when that ended
    shares: tuple[Answer, int] | None = None  # whose places it uses too, and how many

    def pending(self) -> int:
        """How many tokens have to be decoded before the next one can be chosen."""
        return len(self.answer.tokens) - len(self.held) if self.answer else 0

    @property
    def picture(self) -> Picture | None:
        """The picture that comes next, before any more tokens."""
        following = self._next_picture()
        return following if following and following.start == len(self.held) else None

    def work(self, now: float) -> Work:
        """What the scheduler needs to know of it: the tokens up to the next picture."""
        assert self.answer is not None
        pending = self.pending()
        # After losing its place an answer decodes its tokens again: that is prompt work.
        answering = self.answer.chosen > 0 and pending == 1
        if following := self._next_picture():
            pending = following.start - len(self.held)
        return Work(self.sequence, pending, answering, now - self.answer.arrived)

    def _next_picture(self) -> Picture | None:
        pictures = self.answer.generation.pictures if self.answer else ()
        return next((each for each in pictures if each.start >= len(self.held)), None)


@dataclass(frozen=True, slots=True)
class Following:
    """A request waits while this slot computes, for this answer, so much of its prompt."""

    slot: Slot
    leader: Answer
    tokens: int

    @property
    def is_over(self) -> bool:
        """Whether that is done, or will not be."""
        return self.slot.answer is not self.leader or len(self.slot.held) >= self.tokens
