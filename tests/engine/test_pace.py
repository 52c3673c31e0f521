from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.pace import Pace


def test_before_anything_is_measured_a_piece_is_small() -> None:
    assert Pace(first=64).room(answers=0).long == 64


def test_a_piece_fills_the_time_that_a_step_may_take() -> None:
    pace = Pace(step_s=0.5, least=1)
    pace.measured(prompt_tokens=100, answers=0, seconds=0.25)
    assert pace.room(answers=0).long == 200


def test_a_piece_is_as_many_times_the_least_as_fit() -> None:
    pace = Pace(step_s=1.0, pause_s=2.0, least=64)
    pace.measured(prompt_tokens=100, answers=0, seconds=0.5)
    assert pace.room(answers=0).long == 192
    assert pace.room(answers=3).long == 384 - 3


def test_a_slow_processor_gets_few_tokens_but_never_crawls() -> None:
    pace = Pace(step_s=0.5, least=16)
    pace.measured(prompt_tokens=64, answers=0, seconds=64)
    assert pace.room(answers=0).long == 16


def test_beside_answers_a_prompt_comes_in_pauses_with_time_for_them_in_between() -> None:
    pace = Pace(pause_s=1.5, share=0.3, least=1)
    pace.measured(prompt_tokens=100, answers=0, seconds=0.5)
    pace.measured(prompt_tokens=0, answers=1, seconds=0.5)
    assert pace.room(answers=1).long == 299
    pace.measured(prompt_tokens=300, answers=1, seconds=1.5)
    for _ in range(9):
        assert pace.room(answers=1).long == 0
        pace.measured(prompt_tokens=0, answers=1, seconds=0.0501)
    assert pace.room(answers=1).long > 0


def test_a_prompt_that_can_be_read_in_one_pause_is_short_at_any_time() -> None:
    pace = Pace(pause_s=1.5, least=1)
    pace.measured(prompt_tokens=100, answers=1, seconds=0.5)
    assert pace.room(answers=1).short == pytest.approx(300, abs=4)
    assert pace.room(answers=0).short == pace.room(answers=1).short


def test_recent_times_count_more_than_old_ones() -> None:
    pace = Pace(step_s=1.0, least=1)
    for _ in range(20):
        pace.measured(prompt_tokens=100, answers=0, seconds=1.0)
    for _ in range(20):
        pace.measured(prompt_tokens=100, answers=0, seconds=0.1)
    assert 990 <= pace.room(answers=0).long <= 1000


def test_a_clock_that_stood_still_does_no_harm() -> None:
    pace = Pace()
    pace.measured(prompt_tokens=64, answers=0, seconds=0.0)
    assert pace.room(answers=0).long > 64


def test_the_last_few_tokens_of_a_prompt_say_nothing_about_the_speed() -> None:
    pace = Pace(first=64)
    pace.measured(prompt_tokens=1, answers=1, seconds=1.0)
    assert pace.room(answers=0).long == 64


def steps(pace: Pace, base_s: float, token_s: float, tokens: tuple[int, ...]) -> None:
    for _ in range(10):
        for count in tokens:
            pace.measured(prompt_tokens=0, answers=count, seconds=base_s + token_s * count)


def test_a_token_more_costs_its_share_of_a_step() -> None:
    pace = Pace()
    steps(pace, base_s=0.09, token_s=0.01, tokens=(1, 4, 9))
    assert pace.price(answers=1) == pytest.approx(0.1)


def test_beside_other_answers_a_token_more_costs_more() -> None:
    pace = Pace()
    steps(pace, base_s=0.09, token_s=0.01, tokens=(1, 4, 9))
    assert pace.price(answers=8) == pytest.approx(8 * 0.01 / 0.17)


def test_before_steps_of_several_sizes_were_measured_prompts_tell_the_price() -> None:
    pace = Pace(first_price=0.2)
    assert pace.price(answers=1) == pytest.approx(0.2)
    steps(pace, base_s=0.1, token_s=0.0, tokens=(1,))
    assert pace.price(answers=1) == pytest.approx(0.2)
    pace.measured(prompt_tokens=100, answers=0, seconds=1.0)
    assert pace.price(answers=1) == pytest.approx(0.1)


def test_one_slow_step_does_not_end_all_guesses() -> None:
    pace = Pace()
    pace.measured(prompt_tokens=100, answers=0, seconds=1.0)
    steps(pace, base_s=0.09, token_s=0.01, tokens=(1,))
    pace.measured(prompt_tokens=0, answers=6, seconds=5.0)
    assert pace.price(answers=1) < 0.5


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40), st.floats(0, 10)), max_size=30))
def test_a_price_is_a_fraction_whatever_was_measured(
    measured: list[tuple[int, int, float]],
) -> None:
    pace = Pace()
    for prompt_tokens, answers, seconds in measured:
        pace.measured(prompt_tokens, answers, seconds)
    assert 0 <= pace.price(answers=3) <= 1
    assert pace.room(answers=1).short >= 0
    assert pace.room(answers=0).long >= 1
