from __future__ import annotations

from app.engine.request import Sampling
from app.engine.sampling import Step, chain


def names(sampling: Sampling) -> list[str]:
    return [step.name for step in chain(sampling, vocabulary=100, context_tokens=50)]


def test_the_samplers_come_in_llama_servers_order() -> None:
    sampling = Sampling(repeat_penalty=1.1, seed=1)
    assert names(sampling) == ["penalties", "top_k", "top_p", "min_p", "temp", "dist"]


def test_samplers_that_change_nothing_are_left_out() -> None:
    assert names(Sampling(temperature=1, top_k=0, top_p=1, min_p=0)) == ["temp", "dist"]


def test_temperature_zero_takes_the_most_likely_token_after_penalties() -> None:
    assert names(Sampling(temperature=0)) == ["greedy"]
    assert names(Sampling(temperature=-1, presence_penalty=0.5)) == ["penalties", "greedy"]


def test_penalties_look_back_as_far_as_asked() -> None:
    def penalties(last_n: int) -> list[Step]:
        steps = chain(Sampling(frequency_penalty=0.5, repeat_last_n=last_n), 100, 50)
        return [step for step in steps if step.name == "penalties"]

    assert penalties(64) == [Step("penalties", (100, 64, 1.0, 0.5, 0.0))]
    assert penalties(-1) == [Step("penalties", (100, 50, 1.0, 0.5, 0.0))]  # the whole context
    assert penalties(0) == []


def test_a_given_seed_is_used_and_fits_32_bits() -> None:
    def seed(value: int | None) -> float:
        return chain(Sampling(seed=value), 100, 50)[-1].arguments[0]

    assert seed(42) == 42
    assert 0 <= seed(2**40 + 7) < 2**32 - 1
    assert 0 <= seed(-1) < 2**32 - 1


def test_without_a_seed_every_request_gets_its_own() -> None:
    seeds = {chain(Sampling(), 100, 50)[-1].arguments for _ in range(20)}
    assert len(seeds) == 20
