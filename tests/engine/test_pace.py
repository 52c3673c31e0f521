from __future__ import annotations

from app.engine.pace import Pace


def test_before_anything_is_measured_a_piece_is_small() -> None:
    assert Pace(first=64).prompt_tokens(beside_answers=False) == 64


def test_a_piece_fills_the_time_that_a_step_may_take() -> None:
    pace = Pace(step_s=0.5)
    pace.measured(prompt_tokens=100, answers=0, seconds=0.25)
    assert pace.prompt_tokens(beside_answers=False) == 200


def test_a_slow_processor_gets_few_tokens_but_never_crawls() -> None:
    pace = Pace(step_s=0.5, least=16)
    pace.measured(prompt_tokens=64, answers=0, seconds=64)
    assert pace.prompt_tokens(beside_answers=False) == 16


def test_beside_answers_a_piece_stretches_their_step_by_the_allowed_factor() -> None:
    pace = Pace(stretch=4, least=1)
    pace.measured(prompt_tokens=0, answers=3, seconds=0.04)
    pace.measured(prompt_tokens=100, answers=0, seconds=0.5)
    assert pace.prompt_tokens(beside_answers=True) == 24


def test_recent_times_count_more_than_old_ones() -> None:
    pace = Pace(step_s=1.0)
    for _ in range(20):
        pace.measured(prompt_tokens=100, answers=0, seconds=1.0)
    for _ in range(20):
        pace.measured(prompt_tokens=100, answers=0, seconds=0.1)
    assert 990 <= pace.prompt_tokens(beside_answers=False) <= 1000


def test_a_clock_that_stood_still_does_no_harm() -> None:
    pace = Pace()
    pace.measured(prompt_tokens=64, answers=0, seconds=0.0)
    assert pace.prompt_tokens(beside_answers=True) > 64


def test_the_last_few_tokens_of_a_prompt_say_nothing_about_the_speed() -> None:
    pace = Pace(first=64, least=16)
    pace.measured(prompt_tokens=1, answers=1, seconds=1.0)
    assert pace.prompt_tokens(beside_answers=False) == 64
