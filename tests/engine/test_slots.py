from __future__ import annotations

from app.engine.reply import Reply, Timings, Usage
from app.engine.request import Generation
from app.engine.slots import Answer, Slot, best_slot


def answer(prompt: tuple[int, ...] = (1, 2, 3), max_tokens: int | None = None) -> Answer:
    return Answer(Generation(prompt, max_tokens), Reply(), arrived=10.0)


def test_the_slot_that_holds_most_of_the_prompt_is_taken() -> None:
    slots = [Slot(0, held=[1]), Slot(1, held=[1, 2, 9]), Slot(2)]
    slot, reused = best_slot(slots, [1, 2, 3, 4])
    assert (slot.sequence, reused) == (1, 2)


def test_the_last_prompt_token_is_always_decoded_again() -> None:
    assert best_slot([Slot(0, held=[1, 2, 3, 4])], [1, 2, 3])[1] == 2


def test_among_equals_the_slot_that_was_idle_longest_is_taken() -> None:
    slots = [Slot(0, released=5.0), Slot(1, released=2.0), Slot(2, released=7.0)]
    assert best_slot(slots, [1, 2])[0].sequence == 1


def test_an_answer_is_full_at_its_own_limit_or_the_contexts() -> None:
    short = answer(max_tokens=2)
    short.tokens += [7]
    assert not short.is_full(sequence_tokens=100)
    short.tokens += [8]
    assert short.is_full(sequence_tokens=100)
    assert answer((1, 2, 3)).is_full(sequence_tokens=3)


def test_prompt_work_becomes_answering_with_the_first_token() -> None:
    slot = Slot(0, held=[1], answer=answer())
    work = slot.work(now=12.0)
    assert (work.pending, work.answering, work.waited_s) == (2, False, 2.0)
    assert slot.answer is not None
    slot.held += [2, 3]
    slot.answer.tokens += [4]
    assert slot.work(now=12.0).answering


def test_an_answer_that_lost_its_place_is_prompt_work_again() -> None:
    slot = Slot(0, answer=answer())
    assert slot.answer is not None
    slot.answer.tokens += [4, 5]
    assert slot.work(now=12.0).pending == 5
    assert not slot.work(now=12.0).answering


def test_counts_and_times_are_those_of_prompt_and_answer() -> None:
    done = answer()
    done.cached, done.started, done.first_token, done.last_token = 1, 11.0, 11.5, 13.5
    done.tokens += [4, 5, 6, 7, 8]
    finished = done.finished("stop", now=20.0)
    assert finished.usage == Usage(prompt_tokens=3, completion_tokens=5, cached_tokens=1)
    assert finished.timings == Timings(2, 500.0, 5, 2000.0, 1)


def test_a_request_that_never_ran_took_no_time() -> None:
    timings = answer().finished("stop", now=20.0).timings
    assert (timings.prompt_ms, timings.predicted_ms, timings.predicted_n) == (0.0, 0.0, 0)
