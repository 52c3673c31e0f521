from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.backend import Span
from app.engine.prefixes.prefixes import Caches
from app.engine.reply import Reply
from app.engine.scheduler import Limits
from app.errors import EngineFailed
from app.language import Text
from tests.fakes.bench import Bench, read
from tests.fakes.llama import FACTS, ScriptedLlama, text_of

BROKEN = EngineFailed(Text("broken", "坏了"))


def with_places(context_tokens: int, sequences: int = 4, can_cut: bool = True) -> ScriptedLlama:
    facts = replace(
        FACTS, context_tokens=context_tokens, sequence_tokens=context_tokens, sequences=sequences
    )
    return ScriptedLlama(str.upper, facts, can_cut=can_cut)


def test_several_answers_share_their_steps() -> None:
    bench = Bench(ScriptedLlama(lambda prompt: prompt * 10))
    replies = [bench.ask(word) for word in ("ab", "cd", "ef")]
    steps = bench.finish()
    assert [read(reply)[0] for reply in replies] == ["ab" * 10, "cd" * 10, "ef" * 10]
    assert steps <= 22  # one at a time they would take over 60
    assert bench.batching.metrics.answers == 3
    assert bench.llama.samplers == 0


def test_more_requests_than_slots_wait_and_are_all_answered() -> None:
    bench = Bench(with_places(1000, sequences=2))
    replies = [bench.ask(f"question {n}") for n in range(9)]
    assert (bench.batching.running, bench.batching.waiting) == (0, 9)
    bench.finish()
    assert [read(reply)[0] for reply in replies] == [f"QUESTION {n}" for n in range(9)]


def test_a_long_prompt_does_not_pause_a_running_answer() -> None:
    bench = Bench(ScriptedLlama(lambda prompt: "x" * 50))
    bench.ask("hi")
    bench.batching.step()
    bench.ask("long " * 500)
    bench.llama.calls.clear()
    for _ in range(20):
        bench.batching.step()
    assert all(call[0].sequence == 0 and len(call[0].tokens) == 1 for call in bench.llama.calls)
    assert all(len(call) == 2 for call in bench.llama.calls)


def test_between_the_pieces_of_a_long_prompt_an_answer_goes_on_by_itself() -> None:
    bench = Bench(ScriptedLlama(lambda prompt: "x" * 900))

    def takes_time(spans: Sequence[Span]) -> None:
        bench.now += 0.01 * max(2, sum(len(span.tokens) for span in spans))

    bench.llama.before_decode = takes_time
    bench.ask("hi " * 40)
    for _ in range(3):
        bench.batching.step()
    long = bench.ask("long " * 400, max_tokens=1)
    bench.llama.calls.clear()
    while bench.batching.metrics.answers == 0:
        bench.batching.step()
    assert read(long)[1].usage.completion_tokens == 1
    pieces = [place for place, call in enumerate(bench.llama.calls) if len(call) == 2]
    sizes = [len(bench.llama.calls[place][1].tokens) for place in pieces]
    assert sum(sizes) == 2000
    assert len(pieces) >= 8
    assert max(sizes) <= 240  # each pauses the answer for 2.4 s at most
    alone = [after - before - 1 for before, after in pairwise(pieces[:-1])]
    assert min(alone) >= 20  # and then comes a line of text before the next


def test_a_short_prompt_overtakes_a_long_one() -> None:
    bench = Bench(ScriptedLlama())
    long, short = bench.ask("long " * 500, max_tokens=1), bench.ask("hi", max_tokens=1)
    while bench.batching.metrics.answers == 0:
        bench.batching.step()
    assert read(short)[1].usage.completion_tokens == 1
    assert bench.batching.running == 1
    long.cancel()
    bench.finish()


def test_a_follow_up_reuses_what_its_slot_holds() -> None:
    bench = Bench(ScriptedLlama(lambda prompt: "fine"))
    bench.ask("how are you?")
    bench.finish()
    follow_up = bench.ask("how are you?fine, and you?")
    bench.llama.calls.clear()
    bench.finish()
    usage = read(follow_up)[1].usage
    assert usage.cached_tokens == len("how are you?fine")
    assert bench.llama.calls[0][0].position == usage.cached_tokens


def test_a_model_that_cannot_cut_back_starts_afresh() -> None:
    bench = Bench(ScriptedLlama(lambda prompt: prompt.upper(), can_cut=False))
    bench.ask("how are you?")
    bench.finish()
    other = bench.ask("how is he?")
    bench.finish()
    text, finished = read(other)
    assert text == "HOW IS HE?"
    assert finished.usage.cached_tokens == 0


def test_an_answer_ends_at_its_token_limit() -> None:
    bench = Bench(ScriptedLlama(lambda prompt: "a long answer"))
    reply = bench.ask("?", max_tokens=6)
    bench.finish()
    text, finished = read(reply)
    assert (text, finished.reason, finished.usage.completion_tokens) == ("a long", "length", 6)


def test_an_answer_ends_when_its_context_is_full() -> None:
    bench = Bench(with_places(20))
    reply = bench.ask("0123456789abcd")
    bench.finish()
    text, finished = read(reply)
    assert (text, finished.reason) == ("012345", "length")


def test_cancelling_in_the_middle_of_an_answer_frees_the_slot_at_the_next_step() -> None:
    bench = Bench(ScriptedLlama(lambda prompt: "x" * 1000))
    reply = bench.ask("?")
    for _ in range(5):
        bench.batching.step()
    reply.cancel()
    bench.batching.step()
    assert bench.batching.running == 0
    assert bench.llama.samplers == 0
    assert read(reply)[1].usage.completion_tokens == 5


def test_cancelling_in_the_middle_of_a_prompt_frees_the_slot_at_the_next_step() -> None:
    bench = Bench(ScriptedLlama())
    reply = bench.ask("long " * 500)
    bench.batching.step()
    reply.cancel()
    bench.batching.step()
    assert bench.batching.running == 0
    text, finished = read(reply)
    assert (text, finished.usage.prompt_tokens, finished.usage.completion_tokens) == ("", 2500, 0)
    assert 0 < finished.timings.prompt_n < 2500


def test_cancelling_while_waiting_takes_the_request_out_of_the_queue() -> None:
    bench = Bench(with_places(1000, sequences=1))
    first, second = bench.ask("one"), bench.ask("two")
    bench.batching.step()
    second.cancel()
    bench.batching.step()
    assert bench.batching.waiting == 0
    assert read(second)[0] == ""
    bench.finish()
    assert read(first)[0] == "ONE"


def test_an_idle_prefix_makes_way_for_a_new_prompt() -> None:
    bench = Bench(with_places(40))
    bench.ask("the first fills", max_tokens=2)
    bench.finish()
    second = bench.ask("thirty more tokens are too many", max_tokens=2)
    bench.finish()
    assert read(second)[0] == "TH"


def test_answers_that_outgrow_the_context_take_turns_and_lose_nothing() -> None:
    bench = Bench(with_places(64))
    replies = [bench.ask(letter * 12) for letter in "abcd"]
    bench.finish()
    assert [read(reply)[0] for reply in replies] == ["A" * 12, "B" * 12, "C" * 12, "D" * 12]
    assert bench.llama.samplers == 0


def test_a_failed_step_fails_the_running_replies_only() -> None:
    def fail_once(spans: object) -> None:
        bench.llama.before_decode = lambda spans: None
        raise BROKEN

    bench = Bench(with_places(1000, sequences=1))
    running, waiting = bench.ask("one"), bench.ask("two")
    bench.batching.step()
    bench.llama.before_decode = fail_once
    with pytest.raises(EngineFailed):
        bench.batching.step()
    bench.batching.fail(BROKEN)
    bench.finish()
    with pytest.raises(EngineFailed, match="broken"):
        list(running)
    assert read(waiting)[0] == "TWO"


def test_a_sampler_that_cannot_be_made_fails_its_own_request() -> None:
    def broken(sampling: object) -> None:
        raise BROKEN

    bench = Bench(ScriptedLlama())
    reply = bench.ask("one")
    bench.llama.sampler = broken  # type: ignore[assignment,method-assign]
    with pytest.raises(EngineFailed):
        bench.batching.step()
    bench.batching.fail(BROKEN)
    with pytest.raises(EngineFailed, match="broken"):
        list(reply)
    assert bench.batching.running == 0


def test_only_the_last_piece_of_a_prompt_asks_for_logits() -> None:
    bench = Bench(ScriptedLlama())
    bench.ask("long " * 100, max_tokens=1)
    bench.finish()
    spans: list[Span] = [call[0] for call in bench.llama.calls]
    assert [span.sampled for span in spans] == [False] * (len(spans) - 1) + [True]
    assert len(spans) > 1


beginnings = st.sampled_from(["", "", "b" * 40, "ab" * 35, "abc" * 30])
asks = st.tuples(
    st.builds(str.__add__, beginnings, st.text("abc", min_size=1, max_size=30)),
    st.integers(1, 40),
    st.sampled_from([{}, {}, {}, {"slot": 0}, {"keep_cache": False}, {"pinned": True}]),
)
happenings = st.lists(
    st.one_of(asks, st.just("step"), st.integers(0, 20).map(lambda n: ("cancel", n))), max_size=40
)


@given(
    happenings, st.integers(1, 4), st.integers(140, 400), st.booleans(), st.sampled_from([0, 9999])
)
def test_whatever_happens_every_reply_ends_rightly_and_nothing_leaks(
    events: list[Any], sequences: int, places: int, can_cut: bool, ram_bytes: int
) -> None:
    llama = with_places(places, sequences, can_cut)
    bench = Bench(llama, Limits(), Caches(ram_bytes))
    asked: list[tuple[str, int, Reply]] = []
    for event in events:
        if event == "step":
            bench.batching.step()
        elif event[0] == "cancel":
            for _, _, reply in asked[event[1] : event[1] + 1]:
                reply.cancel()
        else:
            prompt, most, changes = event
            asked.append((prompt, most, bench.ask(prompt, most, **changes)))
    bench.finish()
    for prompt, most, reply in asked:
        text, finished = read(reply)
        whole = prompt.upper()[: min(most, places - len(prompt))]
        assert text == whole or (reply.cancelled and whole.startswith(text))
        assert finished.usage.prompt_tokens == len(prompt)
        assert 0 <= finished.usage.cached_tokens < len(prompt)
    assert bench.batching.metrics.answers == len(asked)
    assert (bench.batching.running, bench.batching.waiting, llama.samplers) == (0, 0, 0)
    assert all(slot.held == llama.held[slot.sequence] for slot in bench.batching.slots)


def test_times_count_from_the_first_step_not_from_the_queue() -> None:
    bench = Bench(with_places(1000, sequences=1))
    bench.llama.before_decode = lambda spans: setattr(bench, "now", bench.now + 0.5)
    bench.ask("one", max_tokens=3)
    second = bench.ask("two", max_tokens=3)
    bench.finish()
    timings = read(second)[1].timings
    assert timings.prompt_ms == pytest.approx(500)
    assert timings.predicted_ms == pytest.approx(1000)
    assert (timings.prompt_n, timings.predicted_n) == (3, 3)


@pytest.mark.parametrize("can_cut", [True, False])
@pytest.mark.parametrize("limits", [Limits(shifts=True), Limits(shifts=True, draft_tokens=0)])
def test_an_answer_goes_on_beyond_its_context_where_that_is_wanted(
    can_cut: bool, limits: Limits
) -> None:
    text = "0123456789" * 10
    llama = replace(with_places(32, can_cut=can_cut), answers=lambda prompt: text)
    bench = Bench(llama, limits)
    replies = [bench.ask("hello"), bench.ask("world", 60, keep=-1)]
    bench.finish()
    (all_of_it, finished), (cut, limited) = map(read, replies)
    assert (all_of_it, finished.reason) == (text, "stop")
    assert (cut, limited.reason, limited.usage.completion_tokens) == (text[:60], "length", 60)
    held = {text_of(tokens) for tokens in llama.held.values() if tokens}
    assert any(each.startswith("world") and len(each) <= 32 for each in held)


def test_without_that_an_answer_ends_where_its_context_does() -> None:
    bench = Bench(replace(with_places(32), answers=lambda prompt: "0123456789" * 10))
    finished = bench.answer("hello")
    assert (finished.usage.completion_tokens, finished.reason) == (32 - 5, "length")
