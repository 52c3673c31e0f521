from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.engine.scheduler import Limits, Room, Share, Work, by_urgency, fits, next_batch

SMALL = Limits(step_tokens=8, ageing_tokens_per_s=10.0)


def answering(sequence: int) -> Work:
    return Work(sequence, pending=1, answering=True, waited_s=0.0)


def asking(sequence: int, tokens: int, waited_s: float = 0.0) -> Work:
    return Work(sequence, pending=tokens, answering=False, waited_s=waited_s)


def test_every_running_answer_gets_one_token_before_any_prompt() -> None:
    batch = next_batch([asking(0, 9_000), answering(1), answering(2)], SMALL, Room(100, 0, 100))
    assert batch == [Share(1, 1), Share(2, 1), Share(0, 6)]


def test_a_prompt_takes_no_more_than_its_piece() -> None:
    assert next_batch([asking(0, 9_000)], SMALL, Room(5, 0, 5)) == [Share(0, 5)]


def test_the_prompt_with_the_least_left_comes_first() -> None:
    batch = next_batch([asking(0, 50), asking(1, 3), asking(2, 4)], SMALL, Room(6, 0, 6))
    assert batch == [Share(1, 3), Share(2, 3)]


def test_waiting_makes_a_long_prompt_urgent() -> None:
    waiting = by_urgency([asking(0, 50, waited_s=5), asking(1, 10)], SMALL)
    assert [each.sequence for each in waiting] == [0, 1]


def test_nothing_to_do_gives_an_empty_batch() -> None:
    assert next_batch([], SMALL, Room(5, 0, 5)) == []


def test_a_request_fits_while_all_together_leave_a_place() -> None:
    assert fits([40, 50], 9, context_tokens=100)
    assert not fits([40, 50], 10, context_tokens=100)


def test_a_request_that_would_run_alone_always_fits() -> None:
    assert fits([], 500, context_tokens=100)


work = st.builds(
    lambda pending, answering, waited_s: (1 if answering else pending, answering, waited_s),
    st.integers(1, 100),
    st.booleans(),
    st.floats(0, 100),
)


@given(st.lists(work, max_size=12), st.integers(1, 40), st.integers(1, 40), st.integers(0, 40))
def test_a_batch_never_exceeds_its_limits_nor_what_is_pending(
    items: list[tuple[int, bool, float]], step_tokens: int, prompt_tokens: int, short: int
) -> None:
    all_work = [Work(n, *item) for n, item in enumerate(items)]
    room = Room(prompt_tokens, short, prompt_tokens)
    batch = next_batch(all_work, Limits(step_tokens=step_tokens), room)
    assert sum(share.tokens for share in batch) <= step_tokens
    assert len({share.sequence for share in batch}) == len(batch)
    assert all(1 <= share.tokens <= all_work[share.sequence].pending for share in batch)
    assert bool(batch) == bool(all_work)
    answers = sum(each.answering for each in all_work)
    assert sum(all_work[share.sequence].answering for share in batch) == min(answers, step_tokens)


def test_a_short_prompt_is_read_at_once_beside_running_answers() -> None:
    work = [answering(0), asking(1, 150), asking(2, 160)]
    for long in (200, 0):
        assert next_batch(work, Limits(), Room(long, 200)) == [Share(0, 1), Share(1, 150)]


def test_a_long_prompt_comes_in_pieces_until_its_rest_is_short() -> None:
    work = [answering(0), asking(1, 6_000)]
    assert next_batch(work, Limits(), Room(200, 200))[1] == Share(1, 200)
    work[1] = asking(1, 180)
    assert next_batch(work, Limits(), Room(200, 200))[1] == Share(1, 180)


def test_a_long_prompt_waits_while_answers_go_on_and_short_ones_do_not_overtake_in_its_turn() -> (
    None
):
    work = [answering(0), asking(1, 6_000, waited_s=600), asking(2, 10)]
    assert next_batch(work, Limits(), Room(0, 200)) == [Share(0, 1)]


def test_small_prompts_come_along_as_far_as_the_first_hardly_waits() -> None:
    work = [asking(0, 10), asking(1, 20), asking(2, 50)]
    assert next_batch(work, Limits(), Room(200, 200, 40)) == [
        Share(0, 10),
        Share(1, 20),
        Share(2, 10),
    ]
