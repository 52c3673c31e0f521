"""Continuous batching: many answers share every decode call. Owned by the engine's one thread."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from app.engine.backend import Llama, NoPlace, Span
from app.engine.pace import Pace
from app.engine.reply import Token
from app.engine.scheduler import Limits, Share, Work, by_urgency, fits, next_batch
from app.engine.slots import Answer, Slot, best_slot
from app.errors import AssistantError


class Batching:
    """The slots of one context, and the requests that wait for one."""

    def __init__(
        self, llama: Llama, limits: Limits, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._llama = llama
        self._facts = llama.facts
        self._limits = replace(
            limits, step_tokens=min(limits.step_tokens, self._facts.batch_tokens)
        )
        self._pace = Pace()
        self._clock = clock
        self._slots = [Slot(sequence) for sequence in range(self._facts.sequences)]
        self._waiting: deque[Answer] = deque()
        self.ended = 0  # answers that came to an end, whichever

    def add(self, answer: Answer) -> None:
        """Let a request wait for a slot."""
        self._waiting.append(answer)

    @property
    def running(self) -> int:
        """How many answers hold a slot."""
        return sum(slot.answer is not None for slot in self._slots)

    @property
    def waiting(self) -> int:
        """How many answers wait for a slot."""
        return len(self._waiting)

    def step(self) -> bool:
        """Decode once and choose the tokens that follow; False when there was nothing to do."""
        self._drop_cancelled()
        self._fill_slots()
        now = self._clock()
        work = [slot.work(now) for slot in self._slots if slot.answer]
        if not work:
            return False
        answers = sum(each.answering for each in work)
        shares = next_batch(work, self._limits, self._pace.prompt_tokens(answers > 0))
        if self._decode(shares):
            prompt_tokens = sum(share.tokens for share in shares) - answers
            self._pace.measured(prompt_tokens, answers, self._clock() - now)
        return True

    def fail(self, error: AssistantError, waiting_too: bool = False) -> None:
        """End every running answer with an error; what their slots hold can't be trusted."""
        for slot in self._slots:
            if answer := slot.answer:
                self._release(slot)
                answer.reply.put(error)
            self._forget(slot)
        while waiting_too and self._waiting:
            self._waiting.popleft().reply.put(error)
            self.ended += 1

    def _drop_cancelled(self) -> None:
        for slot in self._slots:
            if slot.answer and slot.answer.reply.cancelled:
                self._finish(slot, "stop")
        for answer in [each for each in self._waiting if each.reply.cancelled]:
            self._waiting.remove(answer)
            self._end(answer, "stop")

    def _fill_slots(self) -> None:
        while self._waiting and self.running < len(self._slots):
            answer = self._most_urgent()
            running = [len(slot.answer.tokens) for slot in self._slots if slot.answer]
            if not fits(running, len(answer.tokens), self._facts.context_tokens):
                return
            self._waiting.remove(answer)
            self._start(answer)

    def _most_urgent(self) -> Answer:
        now = self._clock()
        work = [
            Work(place, len(answer.tokens), False, now - answer.arrived)
            for place, answer in enumerate(self._waiting)
        ]
        return self._waiting[by_urgency(work, self._limits)[0].sequence]

    def _start(self, answer: Answer) -> None:
        free = [slot for slot in self._slots if slot.answer is None]
        slot, reused = best_slot(free, answer.tokens)
        slot.answer = answer  # first, so that a failure below reaches its reply
        if self._llama.forget(slot.sequence, reused):
            del slot.held[reused:]
        else:  # a recurrent model's state can't be cut back
            self._forget(slot)
        if answer.started is None:
            answer.started = self._clock()
            answer.cached = len(slot.held)
        if answer.sampler is None:
            answer.sampler = self._llama.sampler(answer.generation.sampling)

    def _decode(self, shares: list[Share]) -> bool:
        spans = [self._span(share) for share in shares]
        try:
            rows = self._llama.decode(spans)
        except NoPlace:
            self._make_place()
            return False
        for span, row in zip(spans, rows, strict=True):
            slot = self._slots[span.sequence]
            slot.held += span.tokens
            if span.sampled:
                self._choose(slot, row)
        return True

    def _span(self, share: Share) -> Span:
        slot = self._slots[share.sequence]
        assert slot.answer is not None
        position = len(slot.held)
        tokens = slot.answer.tokens[position : position + share.tokens]
        return Span(
            slot.sequence, position, tokens, position + share.tokens == len(slot.answer.tokens)
        )

    def _choose(self, slot: Slot, row: int) -> None:
        answer = slot.answer
        assert answer is not None
        assert answer.sampler is not None
        if answer.reply.cancelled:
            return
        token = answer.sampler.sample(row)
        answer.last_token = self._clock()
        if answer.first_token is None:
            answer.first_token = answer.last_token
        answer.tokens.append(token)
        if self._llama.ends(token):
            self._finish(slot, "stop")
            return
        answer.reply.put(Token(token, self._llama.piece(token)))
        if answer.is_full(self._facts.sequence_tokens):
            self._finish(slot, "length")

    def _make_place(self) -> None:
        """Forget the prefix that was idle longest; else let the youngest answer wait again."""
        idle = [slot for slot in self._slots if slot.answer is None and slot.held]
        if idle:
            self._forget(min(idle, key=lambda slot: slot.released))
            return
        busy = [slot for slot in self._slots if slot.answer]
        youngest = max(busy, key=lambda slot: slot.answer.arrived if slot.answer else 0.0)
        if len(busy) == 1:
            self._finish(youngest, "length")
        elif answer := youngest.answer:
            youngest.answer = None
            self._waiting.appendleft(answer)
            self._forget(youngest)

    def _finish(self, slot: Slot, reason: Literal["stop", "length"]) -> None:
        if answer := slot.answer:
            self._release(slot)
            answer.reply.put(answer.finished(reason, self._clock()))

    def _end(self, answer: Answer, reason: Literal["stop", "length"]) -> None:
        self.ended += 1
        answer.reply.put(answer.finished(reason, self._clock()))

    def _release(self, slot: Slot) -> None:
        assert slot.answer is not None
        if slot.answer.sampler:
            slot.answer.sampler.close()
        slot.answer = None
        slot.released = self._clock()
        self.ended += 1

    def _forget(self, slot: Slot) -> None:
        self._llama.forget(slot.sequence, 0)
        slot.held.clear()
