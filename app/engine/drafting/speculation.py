"""How far ahead of each answer to guess: as far as checking the guesses is likely to pay."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.engine.backend import Llama, NoPlace, Span
from app.engine.drafting.lookup import Match, PromptLookup, continued
from app.engine.pace import Pace
from app.engine.prefixes.prefix import common_prefix
from app.engine.request import Generation, Sampling

CHEAPEST = 0.03  # a guess is never free: its logits have to be looked at
GREEDY = Generation((0,), sampling=Sampling(temperature=0))
BY_CHANCE = 6  # tokens that a text may well have in common with itself
CATCH_UP = 512  # most tokens that the draft model reads in one step before it guesses


@dataclass(slots=True)
class Rate:
    """How often guessed tokens are right, recent ones counting most."""

    value: float = 0.6
    usual: float = 0.6  # where it drifts back to while nothing is guessed

    def checked(self, drafted: int, accepted: int) -> None:
        """So many tokens were guessed, and the first `accepted` of them were right."""
        for _ in range(accepted):
            self.value += 0.15 * (1 - self.value)
        if accepted < drafted:
            self.value -= 0.3 * self.value

    def rested(self) -> None:
        """A token came without a guess: what is not tried can't prove itself."""
        self.value += 0.02 * (self.usual - self.value)

    def after(self, match: Match) -> float:
        """The rate where so many tokens agree: long agreements are seldom by chance."""
        return 1 - (1 - self.value) * min(1.0, BY_CHANCE / match.agreement)


@dataclass(slots=True)
class Guessing:
    """One answer's guesses: by prompt lookup, or by a draft model."""

    lookup: PromptLookup = field(default_factory=PromptLookup)
    repeating: Rate = field(default_factory=Rate)
    modelled: Rate = field(default_factory=Rate)
    trying: Rate | None = None  # which of them made the guess that is being checked
    drafted: int = 0
    accepted: int = 0

    def checked(self, drafted: int, accepted: int) -> None:
        """The first `accepted` of so many guessed tokens were right."""
        self.drafted += drafted
        self.accepted += accepted
        if self.trying:
            self.trying.checked(drafted, accepted)

    def rested(self) -> None:
        """A token came without a guess."""
        self.repeating.rested()
        self.modelled.rested()


def draft_length(rate: float, price: float, most: int) -> int:
    """How many tokens to guess when each is right with `rate` and costs `price` tokens.

    The n-th guess counts only when all before it were right: it pays while rate^n >= price.
    """
    price, rate = max(price, CHEAPEST), min(rate, 0.98)
    if rate < price or rate <= 0:
        return 0
    return min(most, int(math.log(price) / math.log(rate)))


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer for which guesses are wanted, at most `most` tokens; `forced`: at any price."""

    sequence: int
    tokens: Sequence[int]
    guessing: Guessing
    most: int
    forced: bool = False

    def length(self, rate: float, price: float, room: int) -> int:
        """How many tokens to guess for it."""
        most = min(self.most, room)
        return most if self.forced else draft_length(rate, price, most)


class Speculation:
    """Guesses for all running answers, by prompt lookup or else by a draft model."""

    def __init__(self, draft: Llama | None, pace: Pace, lookup: bool = True) -> None:
        self._lookup = lookup
        self._model = DraftModel(draft) if draft else None
        self._pace = pace

    def drafts(self, asked: Sequence[Asked], answers: int, room: int) -> dict[int, list[int]]:
        """By sequence, what to check in the next step: at most `room` tokens together."""
        price = self._pace.price(answers)
        found: dict[int, list[int]] = {}
        for each, match, rate in self._matches(asked):
            if length := each.length(rate, price, room):
                found[each.sequence] = continued(each.tokens, match, length)
                each.guessing.trying = each.guessing.repeating
                room -= length
        if self._model:
            left = [each for each in asked if each.sequence not in found]
            found |= self._of_model(self._model, left, answers, room)
        for each in asked:
            if each.sequence not in found:
                each.guessing.rested()
        return found

    def _matches(self, asked: Sequence[Asked]) -> list[tuple[Asked, Match, float]]:
        """Those whose text stood there before, the surest first."""
        if not self._lookup:
            return []
        found = [
            (each, match, each.guessing.repeating.after(match))
            for each in asked
            if (match := each.guessing.lookup.match(each.tokens))
        ]
        return sorted(found, key=lambda one: -one[2])

    def _of_model(
        self, model: DraftModel, asked: Sequence[Asked], answers: int, room: int
    ) -> dict[int, list[int]]:
        price = self._pace.price(answers) + self._pace.price_of(model.token_s, answers)
        wanted: list[tuple[int, Sequence[int], int]] = []
        for each in asked:
            if length := each.length(each.guessing.modelled.value, price, room):
                wanted.append((each.sequence, each.tokens, length))
                each.guessing.trying = each.guessing.modelled
                room -= length
        return model.drafts(wanted)


class DraftModel:
    """A smaller model that answers ahead of the larger one, greedily."""

    def __init__(self, llama: Llama, clock: Callable[[], float] = time.monotonic) -> None:
        self._llama = llama
        self._clock = clock
        self._held: dict[int, list[int]] = {n: [] for n in range(llama.facts.sequences)}
        self.token_s = 0.0  # how long one guessed token takes, recently

    def drafts(self, wanted: Sequence[tuple[int, Sequence[int], int]]) -> dict[int, list[int]]:
        """By sequence, up to so many tokens that this model would say next."""
        try:
            ready = [each for each in wanted if self._catch_up(each[0], each[1])]
            return self._answer(ready) if ready else {}
        except NoPlace:
            for sequence in self._held:
                self._cut(sequence, 0)
            return {}

    def _catch_up(self, sequence: int, tokens: Sequence[int]) -> bool:
        """Read all but the last token; False when that takes more than one step."""
        held = self._held[sequence]
        self._cut(sequence, min(common_prefix(held, tokens), len(tokens) - 1))
        facts = self._llama.facts
        missing = tokens[len(held) : len(tokens) - 1][: min(CATCH_UP, facts.batch_tokens)]
        if len(tokens) >= facts.sequence_tokens:
            return False
        if missing:
            self._llama.decode([Span(sequence, len(held), missing, 0)])
            held += missing
        return len(held) == len(tokens) - 1

    def _answer(self, wanted: Sequence[tuple[int, Sequence[int], int]]) -> dict[int, list[int]]:
        """One decode call for each token ahead, all answers together."""
        start = self._clock()
        found: dict[int, list[int]] = {sequence: [] for sequence, _, _ in wanted}
        last = {sequence: tokens[-1] for sequence, tokens, _ in wanted}
        most = {sequence: length for sequence, _, length in wanted}
        sampler = self._llama.sampler(GREEDY)
        try:
            while last:
                spans = [Span(n, len(self._held[n]), [token], 1) for n, token in last.items()]
                rows = self._llama.decode(spans)
                for span, row in zip(spans, rows, strict=True):
                    n = span.sequence
                    self._held[n] += span.tokens
                    token = last[n] = sampler.sample(row)
                    found[n].append(token)
                    full = len(self._held[n]) + 1 >= self._llama.facts.sequence_tokens
                    if len(found[n]) >= most[n] or full or self._llama.ends(token):
                        del last[n]
        finally:
            sampler.close()
        tokens_each = max(map(len, found.values()))
        now = (self._clock() - start) / max(1, tokens_each)
        self.token_s = now if not self.token_s else (self.token_s + now) / 2
        return found

    def _cut(self, sequence: int, start: int) -> None:
        held = self._held[sequence]
        if start < len(held) and not self._llama.forget(sequence, start):
            self._llama.forget(sequence, start := 0)
        del held[start:]
