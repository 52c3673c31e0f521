from __future__ import annotations

import pytest

from app.engine.reply import Reply, Timings, Usage
from app.engine.request import Generation
from app.engine.slots import Answer, Following, Slot


def answer(prompt: tuple[int, ...] = (1, 2, 3), max_tokens: int | None = None) -> Answer:
    return Answer(Generation(prompt, max_tokens), Reply(), arrived=10.0)


def test_an_answer_may_go_on_to_its_own_limit_or_the_contexts() -> None:
    short = answer(max_tokens=2)
    short.tokens += [7]
    assert short.left(sequence_tokens=100) == 1
    assert short.left(sequence_tokens=4) == 0
    assert answer((1, 2, 3)).left(sequence_tokens=10) == 7


def test_a_full_context_forgets_half_of_what_came_after_the_beginning() -> None:
    full = Answer(Generation((1, 2, 3), keep=1), Reply(), arrived=10.0)
    full.tokens += [4, 5, 6, 7, 8]
    assert full.shift(begin_tokens=1) == 2
    assert full.tokens == [1, 2, 6, 7, 8]
    assert full.chosen == 5
    assert full.left(sequence_tokens=5, shifts=True) > 1000
    assert full.shift(begin_tokens=1) == 2
    assert (full.tokens, full.chosen) == ([1, 2, 7, 8], 5)


@pytest.mark.parametrize(
    ("keep", "discard", "left"),
    [(-1, 0, [1, 2, 3, 6, 7]), (0, 2, [3, 4, 5, 6, 7]), (99, 99, [1, 2, 3, 7]), (0, 99, [7])],
)
def test_what_is_kept_and_what_goes_can_be_said(keep: int, discard: int, left: list[int]) -> None:
    full = Answer(Generation((1, 2, 3), keep=keep, discard=discard), Reply(), arrived=10.0)
    full.tokens += [4, 5, 6, 7]
    full.shift(begin_tokens=0)
    assert full.tokens == left


def test_the_time_of_an_answer_counts_from_its_first_token() -> None:
    limited = Answer(Generation((1, 2), time_limit_s=5.0), Reply(), arrived=10.0)
    assert not limited.is_late(now=100.0)
    limited.first_token = 100.0
    assert not limited.is_late(now=104.9)
    assert limited.is_late(now=105.0)
    assert not answer().is_late(now=1e9)


def test_following_is_over_once_the_work_is_done_or_given_up() -> None:
    leading = answer()
    slot = Slot(0, held=[1], answer=leading)
    following = Following(slot, leading, tokens=2)
    assert not following.is_over
    slot.held += [2]
    assert following.is_over
    slot.held, slot.answer = [1], None
    assert following.is_over


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
    done.guessing.checked(drafted=4, accepted=3)
    finished = done.finished("stop", now=20.0)
    assert finished.usage == Usage(prompt_tokens=3, completion_tokens=5, cached_tokens=1)
    assert finished.timings == Timings(2, 500.0, 5, 2000.0, 1, draft_n=4, draft_n_accepted=3)


def test_a_request_that_never_ran_took_no_time() -> None:
    timings = answer().finished("stop", now=20.0).timings
    assert (timings.prompt_ms, timings.predicted_ms, timings.predicted_n) == (0.0, 0.0, 0)
