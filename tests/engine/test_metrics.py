from __future__ import annotations

from dataclasses import replace

from app.engine.metrics import Metrics, Window
from tests.fakes.bench import Bench, read
from tests.fakes.llama import FACTS, ScriptedLlama


def test_rates_are_of_what_was_done_since_the_last_look() -> None:
    window = Window()
    first = Metrics(prompt_tokens=10, prompt_s=2.0, predicted_tokens=6, predicted_s=2.0)
    assert window.rates(first) == (5.0, 3.0)
    assert window.rates(first) == (0.0, 0.0)
    more = Metrics(prompt_tokens=10, prompt_s=2.0, predicted_tokens=16, predicted_s=3.0)
    assert window.rates(more) == (0.0, 10.0)


def test_a_prompt_counts_when_it_is_read_and_an_answer_at_its_end() -> None:
    bench = Bench(ScriptedLlama(str.upper))
    reply = bench.ask("hello", max_tokens=3)
    bench.batching.step()
    metrics = bench.batching.metrics
    assert (metrics.prompt_tokens, metrics.predicted_tokens) == (5, 0)
    bench.finish()
    assert (metrics.prompt_tokens, metrics.predicted_tokens) == (5, 3)
    assert read(reply)[1].timings.prompt_n == 5


def test_of_a_prompt_that_nobody_waits_for_what_was_read_counts() -> None:
    bench = Bench(ScriptedLlama(facts=replace(FACTS, batch_tokens=8)))
    reply = bench.ask("x" * 100)
    bench.batching.step()
    reply.cancel()
    bench.finish()
    finished = read(reply)[1]
    assert bench.batching.metrics.prompt_tokens == finished.timings.prompt_n == 8
    assert finished.usage.prompt_tokens == 100
