"""Continuous batching: many answers share every decode call. Owned by the engine's one thread."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

from app.engine.adapters import Turns
from app.engine.backend import Llama, NoPlace, Span
from app.engine.drafting.speculation import Asked, Speculation
from app.engine.errand import Errand
from app.engine.metrics import Metrics
from app.engine.pace import Pace
from app.engine.pictures.looking import Looking
from app.engine.prefixes.placing import Place
from app.engine.prefixes.prefixes import Caches, Prefixes
from app.engine.reply import Probabilities, Token
from app.engine.scheduler import Limits, Share, Work, by_urgency, fits, next_batch
from app.engine.slots import Answer, Slot
from app.errors import AssistantError

# llama.cpp computes four rows together in other roundings than one alone. Chances that a seed has
# fixed make that visible, so an answer that is to come out again is not guessed further ahead, and
# among others not at all.
EXACT_DRAFT = 2


class Batching:
    """The slots of one context, and the requests that wait for one."""

    def __init__(
        self,
        llama: Llama,
        limits: Limits,
        caches: Caches | None = None,
        metrics: Metrics | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._llama = llama
        self._facts = llama.facts
        self._limits = replace(
            limits, step_tokens=min(limits.step_tokens, self._facts.batch_tokens)
        )
        self._pace = Pace()
        self._clock = clock
        self.slots = [Slot(sequence) for sequence in range(self._facts.sequences)]
        self.prefixes = Prefixes(llama, self.slots, caches or Caches())
        self._looking = Looking(llama.eyes) if llama.eyes else None
        self._speculation = Speculation(llama.draft, self._pace, limits.lookup)
        self._waiting: deque[Answer] = deque()
        self._errands: list[Errand[Any]] = []
        self._turns = Turns(clock)
        self.metrics = metrics or Metrics()

    def add(self, arrived: Answer | Errand[Any]) -> None:
        """Let a request wait for a slot, or an errand for its slot."""
        if isinstance(arrived, Errand):
            self._errands.append(arrived)
        else:
            self._waiting.append(arrived)

    @property
    def running(self) -> int:
        """How many answers hold a slot."""
        return sum(slot.answer is not None for slot in self.slots)

    @property
    def waiting(self) -> int:
        """How many answers wait for a slot."""
        return len(self._waiting)

    def step(self) -> bool:
        """Decode once and choose the tokens that follow; False when there was nothing to do."""
        self._drop_ended()
        self._run_errands()
        self._fill_slots()
        self._shift_full()
        now = self._clock()
        busy = self._sharing_adapters()
        looked = self._look(busy, now)
        now = self._clock()
        work = [slot.work(now) for slot in busy if slot.answer and not slot.picture]
        if not work:
            return looked
        answering = {each.sequence for each in work if each.answering}
        shares = next_batch(work, self._limits, self._pace.room(len(answering)))
        drafts = self._drafts(shares, answering)
        spans = [self._span(share, drafts.get(share.sequence, [])) for share in shares]
        if decoded := self._decode(spans):
            for span, row in decoded:
                if answer := self.slots[span.sequence].answer:
                    self._tell_progress(answer, span.position + len(span.tokens), self._clock())
                if span.sampled:
                    self._advance(self.slots[span.sequence], span, row)
            self._measured([span for span, _ in decoded], answering, self._clock() - now)
        return True

    def fail(self, error: AssistantError, waiting_too: bool = False) -> None:
        """End every running answer with an error; what their slots hold can't be trusted."""
        for slot in self.slots:
            if answer := slot.answer:
                self._release(slot)
                answer.reply.put(error)
            self.prefixes.forget(slot)
        while waiting_too and self._waiting:
            self._waiting.popleft().reply.put(error)
            self.metrics.answers += 1
        while waiting_too and self._errands:
            self._errands.pop().fail(error)

    def _sharing_adapters(self) -> list[Slot]:
        """The slots whose answers may share a decode call: those of the adapters in turn."""
        busy = [(slot, slot.answer.adapters) for slot in self.slots if slot.answer]
        if not busy:
            return []
        in_turn = self._turns.next([adapters for _, adapters in busy])
        self._llama.use(in_turn)
        return [slot for slot, adapters in busy if adapters == in_turn]

    def _look(self, busy: Sequence[Slot], now: float) -> bool:
        """Take one step with the picture that comes next in one of the slots, if any does."""
        facing = [slot for slot in busy if slot.picture]
        if not facing:
            return False
        answering = any(slot.work(now).answering for slot in busy)
        if answering and self._pace.owes:
            return False
        self._look_in(min(facing, key=_arrival))
        if answering:
            self._pace.paused(self._clock() - now)
        return True

    def _look_in(self, slot: Slot) -> None:
        answer, picture = slot.answer, slot.picture
        assert self._looking
        assert answer
        assert picture
        try:
            self._looking.step(slot, picture)
        except NoPlace:
            self._llama.forget(slot.sequence, len(slot.held))
            self._make_place()
        except AssistantError as error:
            self._release(slot)
            self.prefixes.forget(slot)
            answer.reply.put(error)
        else:
            self._tell_progress(answer, len(slot.held), self._clock())

    def _drop_ended(self) -> None:
        now = self._clock()
        for slot in self.slots:
            if slot.answer and slot.answer.reply.cancelled:
                self._finish(slot, "stop")
            elif slot.answer and slot.answer.is_late(now):
                self._finish(slot, "length")
        for answer in [each for each in self._waiting if each.reply.cancelled]:
            self._waiting.remove(answer)
            self.metrics.answers += 1
            answer.reply.put(answer.finished("stop", now))

    def _run_errands(self) -> None:
        """Before anyone new gets a slot: what was asked about it is about what it held then."""
        for errand in list(self._errands):
            slot = self.slots[errand.slot]
            if slot.answer is None:
                self._errands.remove(errand)
                errand.run(slot, self.prefixes)

    def _fill_slots(self) -> None:
        if not self._waiting or self.running == len(self.slots):
            return
        for answer in self._by_urgency():
            place = self.prefixes.place(answer)
            if place is None:
                continue
            if not fits(self._sizes(), self._size(answer, place), self._facts.context_tokens):
                return
            self._waiting.remove(answer)
            self._start(answer, place)

    def _shift_full(self) -> None:
        """Where that is wanted, an answer that fills its sequence forgets what is oldest.

        The rest is read again: it was computed with what is forgotten in view.
        """
        for slot in self.slots:
            answer = slot.answer
            if (
                answer
                and not answer.generation.pictures
                and len(answer.tokens) > self._facts.sequence_tokens
            ):
                self._shift(slot, answer)

    def _shift(self, slot: Slot, answer: Answer) -> None:
        kept = answer.shift(begin_tokens=int(self._facts.adds_begin))
        self.prefixes.cut(slot, min(kept, len(slot.held)))

    def _left(self, answer: Answer) -> int:
        return answer.left(self._facts.sequence_tokens, self._limits.shifts)

    def _by_urgency(self) -> list[Answer]:
        now = self._clock()
        work = [
            Work(place, len(answer.tokens), False, now - answer.arrived)
            for place, answer in enumerate(self._waiting)
        ]
        waiting = list(self._waiting)
        return [waiting[each.sequence] for each in by_urgency(work, self._limits)]

    def _sizes(self) -> list[int]:
        """How many places of the context each running answer needs for itself."""
        running = {slot.answer: slot for slot in self.slots if slot.answer}
        return [
            answer.cells - (slot.shares[1] if slot.shares and slot.shares[0] in running else 0)
            for answer, slot in running.items()
        ]

    def _size(self, answer: Answer, place: Place) -> int:
        shared = isinstance(place.source, Slot) and place.source.answer
        return answer.cells - (place.reused if shared else 0)

    def _start(self, answer: Answer, place: Place) -> None:
        slot = place.slot
        slot.answer = answer  # first, so that a failure below reaches its reply
        answer.reply.slot = slot.sequence
        started = self._clock()
        cached = self.prefixes.take(place, answer)
        if answer.started is None:
            answer.started, answer.cached = started, cached
            self._tell_progress(answer, cached, started)
        if answer.sampler is None:
            answer.sampler = self._llama.sampler(answer.generation)

    def _tell_progress(self, answer: Answer, processed: int, now: float) -> None:
        if answer.generation.progress and answer.chosen == 0:
            answer.reply.put(answer.progress(processed, now))

    def _drafts(self, shares: Sequence[Share], answering: set[int]) -> dict[int, list[int]]:
        """Guesses to check in this step, for answers that are past their prompts."""
        if not self._limits.draft_tokens or not self._facts.can_cut:
            return {}
        # Beside a prompt no token is cheap: nothing waits for the memory then.
        if any(share.sequence not in answering for share in shares):
            return {}
        sent = [self.slots[each.sequence] for each in shares if each.sequence in answering]
        wanted = [asked for slot in sent if (asked := self._asked(slot, len(sent) == 1))]
        room = min(
            self._limits.step_tokens - sum(share.tokens for share in shares),
            self._facts.logit_rows - len(shares),
        )
        return self._speculation.drafts(wanted, len(sent), room) if wanted else {}

    def _asked(self, slot: Slot, alone: bool) -> Asked | None:
        answer = slot.answer
        assert answer is not None
        wanted = answer.generation.draft
        room = self._facts.sequence_tokens - len(answer.tokens)
        # The last token that it may choose needs no guess.
        most = min(self._limits.draft_tokens, room, self._left(answer) - 1)
        if answer.generation.sampling.seed is not None:
            most = min(most, EXACT_DRAFT if alone else 0)
        if wanted is False or most < 1 or answer.generation.pictures:
            return None
        return Asked(slot.sequence, answer.tokens, answer.guessing, most, wanted is True)

    def _span(self, share: Share, draft: Sequence[int]) -> Span:
        slot = self.slots[share.sequence]
        assert slot.answer is not None
        position = len(slot.held)
        end = position + share.tokens
        tokens = slot.answer.tokens[position:end]
        sampled = end == len(slot.answer.tokens)
        return Span(slot.sequence, position, [*tokens, *draft], 1 + len(draft) if sampled else 0)

    def _decode(self, spans: Sequence[Span]) -> list[tuple[Span, int]]:
        """What was decoded, and the row of each last token; without place for guesses, not them."""
        try:
            rows = self._llama.decode(spans)
        except NoPlace:
            if any(span.sampled > 1 for span in spans):
                return self._decode([_without_draft(span) for span in spans])
            self._make_place()
            return []
        for span in spans:
            self.slots[span.sequence].held += span.tokens
        return list(zip(spans, rows, strict=True))

    def _measured(self, spans: Sequence[Span], answering: set[int], seconds: float) -> None:
        of_answers = sum(len(span.tokens) for span in spans if span.sequence in answering)
        of_prompts = sum(len(span.tokens) for span in spans) - of_answers
        self._pace.measured(of_prompts, of_answers, seconds)
        self.metrics.decoded(len(spans), max(span.position + len(span.tokens) for span in spans))

    def _advance(self, slot: Slot, span: Span, row: int) -> None:
        """Choose the token after a span, or with a draft as many as it guessed rightly, and one."""
        answer = slot.answer
        assert answer is not None
        if answer.reply.cancelled:
            return
        if self._left(answer) <= 0:  # only its prompt was to be read
            if answer.generation.pinned:
                self.prefixes.pin(slot)
            self._finish(slot, "length")
            return
        draft = span.tokens[len(span.tokens) - span.sampled + 1 :]
        accepted, reason = 0, None
        for guess, each_row in zip((*draft, None), range(row - len(draft), row + 1), strict=True):
            token, reason = self._choose(answer, each_row)
            accepted += token == guess
            if reason or token != guess:
                break
        if draft:
            answer.guessing.checked(len(draft), accepted)
            self.metrics.checked(len(draft), accepted)
            self.prefixes.cut(slot, len(slot.held) - len(draft) + accepted)
        if answer.generation.pinned and answer.chosen == 1:
            self.prefixes.pin(slot)
        if reason:
            self._finish(slot, reason)

    def _choose(self, answer: Answer, row: int) -> tuple[int, Literal["stop", "length"] | None]:
        """The next token, and why it is the last one if it is."""
        assert answer.sampler is not None
        token = answer.sampler.sample(row)
        answer.last_token = self._clock()
        if answer.first_token is None:
            answer.first_token = answer.last_token
            self.metrics.prompted(answer.finished("stop", answer.last_token).timings)
        answer.tokens.append(token)
        if self._llama.ends(token):
            return token, "stop"
        answer.reply.put(self._told(answer, token, answer.sampler.probabilities))
        return token, "length" if self._left(answer) <= 0 else None

    def _told(self, answer: Answer, token: int, probabilities: Probabilities | None) -> Token:
        timed = answer.generation.timed
        timings = answer.finished("stop", self._clock()).timings if timed else None
        return Token(token, self._llama.piece(token), probabilities, timings)

    def _make_place(self) -> None:
        """Move idle prefixes out; without any, let the youngest answer wait again."""
        if self.prefixes.make_place():
            return
        busy = [slot for slot in self.slots if slot.answer]
        youngest = max(busy, key=_arrival)
        answer = youngest.answer
        shifts = self._limits.shifts and answer and not answer.generation.pictures
        if len(busy) == 1 and answer and shifts and answer.chosen:
            self._shift(youngest, answer)
        elif len(busy) == 1:
            self._finish(youngest, "length")
        elif answer:
            youngest.answer = None
            self._waiting.appendleft(answer)
            self.prefixes.keep(youngest)
            self.prefixes.forget(youngest)

    def _finish(self, slot: Slot, reason: Literal["stop", "length"]) -> None:
        if answer := slot.answer:
            unread = 0 if answer.chosen else slot.pending()
            self._release(slot)
            finished = answer.finished(reason, self._clock(), unread)
            if answer.chosen:
                self.metrics.answered(finished.timings)
            else:
                self.metrics.prompted(finished.timings)
            answer.reply.put(finished)

    def _release(self, slot: Slot) -> None:
        assert slot.answer is not None
        if slot.answer.sampler:
            slot.answer.sampler.close()
        slot.last, slot.answer = slot.answer, None
        slot.released = self._clock()
        self.metrics.answers += 1


def _arrival(slot: Slot) -> float:
    return slot.answer.arrived if slot.answer else 0.0


def _without_draft(span: Span) -> Span:
    if span.sampled <= 1:
        return span
    return replace(span, tokens=span.tokens[: 1 - span.sampled], sampled=1)
