"""llama.cpp's own samplers, on the tiny model."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.engine.backend import Span
from app.engine.llama import LlamaCpp
from app.engine.reply import Probabilities
from app.engine.request import Generation, Sampling
from app.errors import BadRequest
from tests.loaded import generate, loaded, text_of

pytestmark = pytest.mark.live

GREEDY = Sampling(temperature=0)


@pytest.fixture(scope="module")
def llama(model_path: Path) -> Iterator[LlamaCpp]:
    with loaded(model_path) as llama:
        yield llama


@pytest.fixture(scope="module")
def prompt(llama: LlamaCpp) -> tuple[int, ...]:
    text = "<|im_start|>user\nName a fruit.<|im_end|>\n<|im_start|>assistant\n"
    return llama.tokenize(text, special=True, begin=False)


def probabilities(llama: LlamaCpp, prompt: tuple[int, ...], **asked: Any) -> tuple[int, Any]:
    sampling = asked.pop("sampling", GREEDY)
    llama.forget(0, 0)
    (row,) = llama.decode([Span(0, 0, prompt, 1)])
    sampler = llama.sampler(Generation(prompt, 1, sampling, **asked))
    token = sampler.sample(row)
    sampler.close()
    return token, sampler.probabilities


@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(seed=1),
        Sampling(seed=1, mirostat=1),
        Sampling(seed=1, mirostat=2),
        Sampling(seed=1, dynatemp_range=0.5, dynatemp_exponent=1.5),
        Sampling(seed=1, samplers=("infill", "adaptive_p"), adaptive_target=0.5),
        Sampling(
            seed=1,
            repeat_penalty=1.1,
            dry_multiplier=0.8,
            top_n_sigma=2,
            typical_p=0.9,
            xtc_probability=0.5,
            min_keep=2,
        ),
        Sampling(temperature=0, xtc_probability=1, xtc_threshold=0.05, seed=1),
        Sampling(samplers=(), seed=1),
    ],
)
def test_every_sampler_runs_and_the_same_seed_says_the_same(
    llama: LlamaCpp, prompt: tuple[int, ...], sampling: Sampling
) -> None:
    first = generate(llama, Generation(prompt, 8, sampling))
    assert first == generate(llama, Generation(prompt, 8, sampling))
    assert first


def test_a_forbidden_token_is_not_chosen_and_a_favoured_one_is(
    llama: LlamaCpp, prompt: tuple[int, ...]
) -> None:
    usual = generate(llama, Generation(prompt, 1, GREEDY))[0]
    without = Sampling(temperature=0, logit_bias=((usual, -math.inf),))
    assert generate(llama, Generation(prompt, 1, without)) != [usual]
    favoured = Sampling(temperature=0, logit_bias=((1234, 100.0),))
    assert generate(llama, Generation(prompt, 3, favoured)) == [1234] * 3


def test_every_token_forbidden_is_no_crash(llama: LlamaCpp, prompt: tuple[int, ...]) -> None:
    nothing = tuple((token, -math.inf) for token in range(llama.facts.vocabulary))
    generate(llama, Generation(prompt, 2, Sampling(seed=1, logit_bias=nothing)))
    generate(llama, Generation(prompt, 2, Sampling(temperature=0, logit_bias=nothing)))


def test_an_answer_may_be_kept_from_ending(llama: LlamaCpp, prompt: tuple[int, ...]) -> None:
    (end,) = llama.tokenize("<|im_end|>", special=True, begin=False)
    ending = Sampling(temperature=0, logit_bias=((end, 100.0),))
    assert generate(llama, Generation(prompt, 8, ending)) == []
    endless = replace(ending, ignore_eos=True)
    assert len(generate(llama, Generation(prompt, 8, endless))) == 8


def test_penalties_count_what_the_prompt_says(llama: LlamaCpp) -> None:
    prompt = llama.tokenize("the red house, the red house, the red house, the red", True, False)
    (usual,) = generate(llama, Generation(prompt, 1, GREEDY))
    assert llama.piece(usual) == b" house"
    for penalty in (
        Sampling(temperature=0, presence_penalty=50),
        Sampling(temperature=0, dry_multiplier=50, dry_allowed_length=1),
    ):
        assert generate(llama, Generation(prompt, 1, penalty)) != [usual]
    broken = Sampling(
        temperature=0, dry_multiplier=50, dry_allowed_length=1, dry_sequence_breakers=(" red",)
    )
    assert generate(llama, Generation(prompt, 1, broken)) == [usual]


def test_the_models_own_probabilities_are_those_of_all_its_tokens(
    llama: LlamaCpp, prompt: tuple[int, ...]
) -> None:
    size = llama.facts.vocabulary
    token, found = probabilities(llama, prompt, probabilities=size)
    assert isinstance(found, Probabilities)
    assert sorted(id_ for id_, _ in found.top) == list(range(size))
    assert math.fsum(math.exp(log) for _, log in found.top) == pytest.approx(1, abs=1e-4)
    assert found.top[0] == (token, pytest.approx(found.chosen))
    logs = [log for _, log in found.top]
    assert logs == sorted(logs, reverse=True)


def test_probabilities_do_not_depend_on_the_samplers_unless_asked(
    llama: LlamaCpp, prompt: tuple[int, ...]
) -> None:
    _, plain = probabilities(llama, prompt, probabilities=3)
    forced = Sampling(temperature=0, logit_bias=((1234, 100.0),))
    token, still = probabilities(llama, prompt, probabilities=3, sampling=forced)
    assert token == 1234
    assert still.top == plain.top
    assert still.chosen < plain.top[2][1]
    _, after = probabilities(llama, prompt, probabilities=3, sampling=forced, post_sampling=True)
    assert after == Probabilities(0.0, ((1234, 0.0),))


def test_probabilities_after_sampling_are_those_of_the_tokens_that_were_left(
    llama: LlamaCpp, prompt: tuple[int, ...]
) -> None:
    three = Sampling(top_k=3, top_p=1, min_p=0, seed=1)
    token, found = probabilities(llama, prompt, probabilities=5, sampling=three, post_sampling=True)
    assert len(found.top) == 3
    assert math.fsum(math.exp(log) for _, log in found.top) == pytest.approx(1, abs=1e-5)
    assert (token, found.chosen) in found.top


def test_nobody_pays_for_probabilities_that_were_not_asked_for(
    llama: LlamaCpp, prompt: tuple[int, ...]
) -> None:
    assert probabilities(llama, prompt)[1] is None


def test_asking_for_probabilities_does_not_change_the_answer(
    llama: LlamaCpp, prompt: tuple[int, ...]
) -> None:
    def answer(**asked: Any) -> str:
        return text_of(llama, generate(llama, Generation(prompt, 8, Sampling(seed=3), **asked)))

    assert answer() == answer(probabilities=2) == answer(probabilities=2, post_sampling=True)


def test_values_that_no_sampler_can_work_with_are_refused(llama: LlamaCpp) -> None:
    with pytest.raises(BadRequest, match="temperature"):
        llama.check(Sampling(temperature=math.nan))
