"""Answers that are guessed ahead are those that would have come without."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.engine.request import Generation, Sampling
from app.engine.scheduler import Limits
from tests.fakes.bench import NO_DRAFTS, Bench, read
from tests.fakes.llama import END, FACTS, ScriptedLlama

GUESSING = Limits(draft_tokens=16)
TEXT = "def area(width, height):\n    return width * height\n" * 4


def habits(weights: list[int]) -> Any:
    """A model that says what it said before in the same place, unless chance decides otherwise."""

    def chooses(seen: tuple[int, ...], chance: float) -> int:
        place = sum(seen[-3:]) + len(seen) // 8
        if chance < 0.1:
            return 97 + int(chance * 1000) % 4
        weight = weights[place % len(weights)]
        return END if weight == 19 else 97 + weight % 4

    return chooses


def test_copying_takes_a_fraction_of_the_steps() -> None:
    plain = Bench(ScriptedLlama(lambda prompt: TEXT), NO_DRAFTS)
    guessed = Bench(ScriptedLlama(lambda prompt: TEXT), GUESSING)
    replies = [bench.ask(TEXT) for bench in (plain, guessed)]
    steps = [bench.finish() for bench in (plain, guessed)]
    texts, finished = zip(*map(read, replies), strict=True)
    assert texts == (TEXT, TEXT)
    assert steps[1] < steps[0] / 4
    timings = finished[1].timings
    assert timings.predicted_n == finished[0].timings.predicted_n
    assert timings.draft_n_accepted > len(TEXT) / 2
    assert timings.draft_n >= timings.draft_n_accepted
    metrics = guessed.batching.metrics
    assert (metrics.drafted_tokens, metrics.accepted_tokens) == (
        timings.draft_n,
        timings.draft_n_accepted,
    )
    assert finished[0].timings.draft_n == 0


def test_a_request_may_refuse_guesses_and_seeds_get_short_ones() -> None:
    bench = Bench(ScriptedLlama(lambda prompt: TEXT), GUESSING)
    assert bench.answer(TEXT, draft=False).timings.draft_n == 0
    bench.llama.calls.clear()
    bench.answer("? " + TEXT, sampling=Sampling(seed=1))
    assert max(span.sampled for call in bench.llama.calls for span in call) == 3


def test_guesses_that_are_mostly_wrong_are_seldom_made() -> None:
    def chooses(seen: tuple[int, ...], chance: float) -> int:
        return 97 + Random(len(seen)).randrange(4)

    bench = Bench(ScriptedLlama(chooses=chooses), GUESSING)
    bench.llama.before_decode = lambda spans: setattr(
        bench, "now", bench.now + 0.1 + 0.05 * sum(len(span.tokens) for span in spans)
    )
    timings = bench.answer("abcd" * 200, max_tokens=400).timings
    assert timings.draft_n < 80


def test_guesses_never_pass_a_limit_of_the_answer_or_of_the_context() -> None:
    facts = replace(FACTS, sequence_tokens=60, context_tokens=60)
    bench = Bench(ScriptedLlama(lambda prompt: "ab" * 100, facts), GUESSING)
    assert bench.answer("ab" * 10, max_tokens=7).usage.completion_tokens == 7
    assert bench.answer("ab" * 10).usage.completion_tokens == 40


def test_without_place_for_guesses_the_answer_goes_on_without() -> None:
    facts = replace(FACTS, context_tokens=44, sequence_tokens=44, sequences=2)
    bench = Bench(ScriptedLlama(lambda prompt: "ab" * 5, facts), GUESSING)
    replies = [bench.ask("ab" * 5), bench.ask("ba" * 5)]
    bench.finish()
    assert [read(reply)[0] for reply in replies] == ["ab" * 5] * 2


requests = st.tuples(
    st.text("abcd", min_size=1, max_size=30),
    st.integers(1, 40),
    st.integers(0, 99),
    st.sampled_from([None, True, False]),
)


@given(
    st.lists(requests, min_size=1, max_size=4),
    st.lists(st.integers(0, 19), min_size=3, max_size=9),
    st.booleans(),
    st.integers(60, 300),
)
def test_any_answer_is_the_same_with_guesses_and_without(
    asked: list[tuple[str, int, int, bool | None]],
    weights: list[int],
    has_model: bool,
    places: int,
) -> None:
    def answers(limits: Limits) -> list[str]:
        facts = replace(FACTS, context_tokens=places, sequence_tokens=min(places, 80))
        small = ScriptedLlama(chooses=habits(weights[:-1]), facts=facts) if has_model else None
        llama = ScriptedLlama(chooses=habits(weights), facts=facts, draft=small)
        bench = Bench(llama, limits)
        replies = [
            bench.generate(
                Generation(tuple(prompt.encode()), most, Sampling(seed=seed), draft=draft)
            )
            for prompt, most, seed, draft in asked
        ]
        bench.finish()
        assert llama.samplers == 0
        assert small is None or small.samplers == 0
        return [read(reply)[0] for reply in replies]

    assert answers(GUESSING) == answers(NO_DRAFTS)
