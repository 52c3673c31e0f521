from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.request import SAMPLERS, Sampling
from app.engine.sampling import Step, canonical, chain, check, penalized_tokens
from app.errors import BadRequest

OFF = Sampling(temperature=1, top_k=0, top_p=1, min_p=0)
ALL_ON: dict[str, Any] = {
    "repeat_penalty": 1.1,
    "dry_multiplier": 0.8,
    "top_n_sigma": 1.0,
    "typical_p": 0.9,
    "xtc_probability": 0.5,
    "seed": 1,
}


def steps(sampling: Sampling, **more: Any) -> tuple[Step, ...]:
    return chain(sampling, vocabulary=100, context_tokens=50, **more)


def names(sampling: Sampling) -> list[str]:
    return [step.name for step in steps(sampling)]


def one(name: str, sampling: Sampling) -> Step:
    (found,) = [step for step in steps(sampling) if step.name == name]
    return found


def test_the_samplers_come_in_llama_servers_order() -> None:
    assert names(Sampling(repeat_penalty=1.1)) == [
        *("penalties", "top_k", "top_p", "min_p", "temp", "dist"),
    ]
    assert names(Sampling(**ALL_ON)) == [
        *("penalties", "dry", "top_n_sigma", "top_k", "typical", "top_p", "min_p", "xtc", "temp"),
        "dist",
    ]


def test_another_order_is_kept_and_what_it_leaves_out_does_not_run() -> None:
    order = ("temperature", "min_p", "top_k")
    assert names(Sampling(samplers=order)) == ["temp", "min_p", "top_k", "dist"]
    assert names(Sampling(samplers=())) == ["dist"]


def test_samplers_that_change_nothing_are_left_out() -> None:
    assert names(OFF) == ["temp", "dist"]
    assert "xtc" not in names(Sampling(xtc_probability=0.5, xtc_threshold=0.6))
    assert "dry" not in names(Sampling(dry_multiplier=1, dry_penalty_last_n=0))


def test_temperature_zero_takes_the_most_likely_token_after_penalties() -> None:
    assert names(Sampling(temperature=0)) == ["greedy"]
    assert names(Sampling(temperature=1e-40)) == ["greedy"]
    assert names(Sampling(temperature=-1, presence_penalty=0.5)) == ["penalties", "greedy"]
    assert names(Sampling(temperature=0, dry_multiplier=1)) == ["dry", "greedy"]


def test_at_temperature_zero_samplers_that_may_remove_the_most_likely_token_still_run() -> None:
    assert names(Sampling(temperature=0, xtc_probability=1)) == [
        *("top_k", "top_p", "min_p", "xtc", "greedy"),
    ]


def test_a_dynamic_temperature_is_not_greedy() -> None:
    sampling = Sampling(temperature=0, dynatemp_range=0.5, dynatemp_exponent=2)
    assert one("temp_ext", sampling).arguments == (0, 0.5, 2)


def test_mirostat_replaces_what_cuts() -> None:
    first = steps(Sampling(mirostat=1, seed=7, temperature=0.5))
    assert first == (Step("temp", (0.5,)), Step("mirostat", (100, 7, 5.0, 0.1, 100)))
    second = steps(Sampling(mirostat=2, seed=7, mirostat_tau=3, mirostat_eta=0.2))
    assert second == (Step("temp", (0.8,)), Step("mirostat_v2", (7, 3, 0.2)))


def test_penalties_look_back_as_far_as_asked_but_not_beyond_the_context() -> None:
    def penalties(last_n: int) -> list[Step]:
        sampling = Sampling(frequency_penalty=0.5, repeat_last_n=last_n)
        return [step for step in steps(sampling) if step.name == "penalties"]

    assert penalties(20) == [Step("penalties", (100, 20, 1.0, 0.5, 0.0))]
    assert penalties(-1) == penalties(2**31 - 1) == [Step("penalties", (100, 50, 1.0, 0.5, 0.0))]
    assert penalties(0) == []


def test_the_samplers_remember_as_much_of_the_prompt_as_they_look_at() -> None:
    assert penalized_tokens(steps(Sampling())) == 0
    assert penalized_tokens(steps(Sampling(repeat_penalty=2, repeat_last_n=7))) == 7
    assert penalized_tokens(steps(Sampling(dry_multiplier=2))) == 50


def test_dry_gets_its_sequence_breakers() -> None:
    sampling = Sampling(dry_multiplier=0.8, dry_sequence_breakers=("\n", "", "。"))
    assert one("dry", sampling).arguments == (0.8, 1.75, 2, 50, ("\n", "。"))


def test_at_least_min_keep_tokens_stay() -> None:
    sampling = Sampling(min_keep=3, typical_p=0.9, xtc_probability=0.5, seed=1)
    assert one("top_p", sampling).arguments == (0.95, 3)
    assert one("min_p", sampling).arguments == (0.05, 3)
    assert one("typical", sampling).arguments == (0.9, 3)
    assert one("xtc", sampling).arguments == (0.5, 0.1, 3, 1)


def test_biases_and_forbidden_tokens_come_first() -> None:
    found = steps(Sampling(temperature=0, logit_bias=((4, -2.5),)), forbidden=(9,))
    assert found == (Step("logit_bias", (100, ((4, -2.5), (9, -math.inf)))), Step("greedy"))


def test_infill_sees_few_tokens_and_adaptive_p_chooses_instead_of_dist() -> None:
    sampling = Sampling(samplers=("infill", "adaptive_p"), adaptive_target=0.3, seed=1)
    assert steps(sampling) == (
        Step("top_k", (100,)),
        Step("infill"),
        Step("adaptive_p", (0.3, 0.9, 1)),
    )


def test_a_given_seed_is_used_and_fits_32_bits() -> None:
    def seed(value: int | None) -> Any:
        return steps(Sampling(seed=value))[-1].arguments[0]

    assert seed(42) == 42
    assert 0 <= seed(2**40 + 7) < 2**32 - 1
    assert 0 <= seed(-1) < 2**32 - 1


def test_without_a_seed_every_request_gets_its_own() -> None:
    assert len({steps(Sampling())[-1].arguments for _ in range(20)}) == 20


def test_samplers_may_be_written_in_several_ways() -> None:
    assert all(canonical(name) == name for name in SAMPLERS)
    ways = ("top-k", "topk", "Nucleus", "temp", "typ", "typical_p", "XTC", "min-p")
    assert [canonical(way) for way in ways] == [
        *("top_k", "top_k", "top_p", "temperature", "typ_p", "typ_p", "xtc", "min_p"),
    ]
    assert canonical("beam") is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Sampling(temperature=math.nan), "temperature"),
        (Sampling(top_p=math.inf), "top_p"),
        (Sampling(presence_penalty=1e39), "presence_penalty"),
        (Sampling(repeat_penalty=0), "repeat_penalty"),
        (Sampling(mirostat=3), "mirostat"),
        (Sampling(samplers=("top_k", "beam")), "samplers"),
        (Sampling(logit_bias=((100, 1),)), "logit_bias"),
        (Sampling(logit_bias=((-1, 1),)), "logit_bias"),
        (Sampling(logit_bias=((1, math.inf),)), "logit_bias"),
        (Sampling(logit_bias=((1, math.nan),)), "logit_bias"),
        (Sampling(dry_sequence_breakers=("x",) * 100), "dry_sequence_breakers"),
    ],
)
def test_values_that_no_sampler_can_work_with_are_refused(wrong: Sampling, field: str) -> None:
    with pytest.raises(BadRequest) as refused:
        check(wrong, vocabulary=100)
    assert refused.value.field == field


def test_ordinary_values_and_forbidding_a_token_pass() -> None:
    check(Sampling(**ALL_ON, logit_bias=((0, -math.inf), (99, 100))), vocabulary=100)


@given(
    st.builds(
        Sampling,
        min_keep=st.integers(),
        top_k=st.integers(),
        repeat_last_n=st.integers(),
        dry_penalty_last_n=st.integers(),
        dry_allowed_length=st.integers(),
        dry_multiplier=st.just(1.0),
        frequency_penalty=st.just(1.0),
    )
)
def test_counts_fit_what_llama_cpp_takes(sampling: Sampling) -> None:
    counts = [value for step in steps(sampling) for value in step.arguments]
    assert all(0 <= value <= 100 for value in counts[:-1] if isinstance(value, int))
