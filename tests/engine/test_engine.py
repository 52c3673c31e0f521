from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from app.engine.backend import Llama
from app.engine.engine import Engine
from app.engine.reply import Finished, Probabilities, Token
from app.engine.request import Generation, Grammar, Sampling
from app.engine.scheduler import Limits
from app.engine.text import Delta, TextReply
from app.errors import (
    BadFile,
    BadRequest,
    Busy,
    Cancelled,
    EngineFailed,
    ModelChanged,
    PromptTooLong,
    StillLoading,
)
from app.language import Text
from tests.fakes.engine import engine_of, scripted_engine
from tests.fakes.llama import FACTS, ScriptedLlama, tokens_of

DAMAGED = BadFile(Text("damaged", "已损坏"))


def asking(prompt: str, max_tokens: int | None = None) -> Generation:
    return Generation(tokens_of(prompt), max_tokens)


def read(reply: TextReply) -> str:
    return "".join(each.text for each in reply if isinstance(each, Delta))


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.001)


@pytest.fixture
def gate() -> Iterator[Event]:
    """Holds decode calls back until it is set; opened at the end, so that engines can close."""
    event = Event()
    yield event
    event.set()


def gated(gate: Event, sequences: int = 1) -> ScriptedLlama:
    def wait(spans: object) -> None:
        gate.wait(5)

    return ScriptedLlama(str.upper, replace(FACTS, sequences=sequences), before_decode=wait)


def test_a_question_is_answered() -> None:
    engine = scripted_engine(str.upper)
    assert read(TextReply(engine.submit(asking("hello 你好")))) == "HELLO 你好"
    engine.close()


def test_many_threads_get_their_own_answers() -> None:
    engine = scripted_engine(str.upper, limits=Limits(queue=100))
    with ThreadPoolExecutor(16) as threads:
        prompts = [f"question {n}" for n in range(64)]
        answers = threads.map(lambda each: read(TextReply(engine.submit(asking(each)))), prompts)
        assert list(answers) == [prompt.upper() for prompt in prompts]
    assert engine.stats().running == engine.stats().waiting == 0
    engine.close()


def test_while_loading_it_says_how_far_it_is() -> None:
    go_on = Event()

    def load(report: Callable[[float], None]) -> Llama:
        report(0.25)
        go_on.wait(5)
        return ScriptedLlama()

    engine = Engine(load)
    eventually(lambda: engine.progress == 0.25)
    assert not engine.ready
    assert not engine.wait_ready(0)
    with pytest.raises(StillLoading, match="25%"):
        engine.submit(asking("?"))
    go_on.set()
    assert engine.wait_ready(5)
    assert engine.progress == 1.0
    engine.close()


def test_a_model_that_cannot_be_loaded_is_reported_to_everyone() -> None:
    def load(report: Callable[[float], None]) -> Llama:
        raise DAMAGED

    engine = Engine(load)
    with pytest.raises(BadFile, match="damaged"):
        engine.wait_ready(5)
    with pytest.raises(BadFile, match="damaged"):
        engine.submit(asking("?"))
    assert engine.failure is DAMAGED
    assert not engine.ready
    engine.close()


def test_an_unforeseen_failure_while_loading_is_an_engine_failure() -> None:
    def load(report: Callable[[float], None]) -> Llama:
        raise ValueError("odd")

    engine = Engine(load)
    with pytest.raises(EngineFailed, match="ValueError: odd"):
        engine.wait_ready(5)
    engine.close()


def test_closing_ends_the_load() -> None:
    def load(report: Callable[[float], None]) -> Llama:
        while True:
            report(0.5)
            time.sleep(0.001)

    engine = Engine(load)
    eventually(lambda: engine.progress == 0.5)
    engine.close()
    assert isinstance(engine.failure, Cancelled)


def test_a_full_queue_says_busy(gate: Event) -> None:
    engine = engine_of(gated(gate), Limits(queue=2))
    replies = [engine.submit(asking(f"q{n}")) for n in range(3)]
    with pytest.raises(Busy) as refused:
        engine.submit(asking("one too many"))
    assert refused.value.retry_after_s >= 1
    gate.set()
    assert [read(TextReply(reply)) for reply in replies] == ["Q0", "Q1", "Q2"]
    eventually(lambda: engine.stats().running + engine.stats().waiting == 0)
    assert read(TextReply(engine.submit(asking("now")))) == "NOW"
    engine.close()


def test_a_prompt_that_does_not_fit_is_refused_with_both_sizes() -> None:
    facts = replace(FACTS, sequence_tokens=100)
    engine = engine_of(ScriptedLlama(facts=facts))
    with pytest.raises(PromptTooLong, match=r"101 tokens.*\b100\b"):
        engine.submit(asking("x" * 101))
    with pytest.raises(PromptTooLong):
        engine.submit(asking("x" * 100))
    engine.submit(asking("x" * 99)).cancel()
    engine.close()


def test_an_empty_prompt_and_unknown_tokens_are_refused() -> None:
    engine = scripted_engine()
    with pytest.raises(BadRequest, match="empty"):
        engine.submit(Generation(()))
    with pytest.raises(BadRequest, match="token 999"):
        engine.submit(Generation((1, 999)))
    with pytest.raises(BadRequest, match="token -1"):
        engine.submit(Generation((1, -1)))
    engine.close()


def test_what_cannot_be_sampled_is_refused_where_it_is_asked_and_harms_nobody() -> None:
    engine = scripted_engine(str.upper)
    running = engine.submit(asking("first"))
    for sampling, field in (
        (Sampling(grammar=Grammar("root ::= root")), "grammar"),
        (Sampling(grammar=Grammar("root ::= (")), "grammar"),
        (Sampling(temperature=float("nan")), "temperature"),
    ):
        with pytest.raises(BadRequest) as refused:
            engine.submit(Generation(tokens_of("second"), sampling=sampling))
        assert refused.value.field == field
    assert read(TextReply(running)) == "FIRST"
    engine.close()


def test_probabilities_come_with_each_token_where_they_are_asked_for() -> None:
    engine = scripted_engine("ab")
    asked = Generation(tokens_of("?"), probabilities=2)
    *tokens, _ = engine.submit(asked)
    assert [each.probabilities for each in tokens if isinstance(each, Token)] == [
        Probabilities(0.0, ((ord(letter), 0.0),)) for letter in "ab"
    ]
    *tokens, _ = engine.submit(asking("?"))
    assert [each.probabilities for each in tokens if isinstance(each, Token)] == [None, None]
    engine.close()


def test_cancelling_wakes_the_reader(gate: Event) -> None:
    engine = engine_of(gated(gate))
    reply = engine.submit(asking("?"))
    reply.cancel()
    gate.set()
    assert isinstance(list(reply)[-1], Finished)
    eventually(lambda: engine.stats().running == 0)
    engine.close()


def test_a_cancelled_answer_frees_its_slot_for_the_next() -> None:
    llama = ScriptedLlama(lambda prompt: prompt * 100_000, replace(FACTS, sequences=1))
    engine = engine_of(llama)
    endless = engine.submit(asking("x"))
    assert isinstance(next(iter(endless)), Token)
    endless.cancel()
    assert list(engine.submit(asking("y", max_tokens=1)))[-1]
    assert llama.samplers == 0
    engine.close()


def test_a_failed_step_fails_its_replies_and_the_engine_goes_on() -> None:
    llama = ScriptedLlama(str.upper)
    engine = engine_of(llama)

    def fail(spans: object) -> None:
        raise RuntimeError("out of order")

    llama.before_decode = fail
    with pytest.raises(EngineFailed, match="out of order"):
        list(engine.submit(asking("first")))
    llama.before_decode = lambda spans: None
    assert read(TextReply(engine.submit(asking("second")))) == "SECOND"
    assert engine.stats().running == 0
    engine.close()


def test_a_request_that_waited_is_answered_after_the_one_before_failed(gate: Event) -> None:
    llama = gated(gate)

    def fail_once(spans: object) -> None:
        gate.wait(5)
        llama.before_decode = lambda spans: None
        raise RuntimeError("out of order")

    llama.before_decode = fail_once
    engine = engine_of(llama)
    first, second = engine.submit(asking("first")), engine.submit(asking("second"))
    gate.set()
    with pytest.raises(EngineFailed):
        list(first)
    assert read(TextReply(second)) == "SECOND"
    engine.close()


def test_closing_ends_every_reply_and_refuses_new_ones(gate: Event) -> None:
    llama = gated(gate)
    engine = engine_of(llama)
    replies = [engine.submit(asking(f"q{n}")) for n in range(3)]
    closing = threading.Thread(target=engine.close)
    closing.start()
    eventually(lambda: engine._closing)
    gate.set()
    closing.join(5)
    for reply in replies:
        with pytest.raises(Cancelled):
            list(reply)
    with pytest.raises(Cancelled):
        engine.submit(asking("late"))
    assert llama.closed
    assert llama.samplers == 0


def test_closing_twice_is_no_harm() -> None:
    engine = scripted_engine()
    engine.close()
    engine.close()


def test_stop_strings_end_the_answer_and_its_work() -> None:
    engine = scripted_engine("one two three " + "x" * 3000)
    reply = TextReply(engine.submit(asking("?")), stop=("three",))
    *parts, last = reply
    assert "".join(part.text for part in parts if isinstance(part, Delta)) == "one two "
    assert isinstance(last, Finished)
    assert (last.reason, last.usage.completion_tokens) == ("stop", len("one two three"))
    eventually(lambda: engine.stats().running == 0)
    engine.close()


def test_a_model_whose_file_was_changed_answers_nobody_from_then_on() -> None:
    changed = threading.Event()

    def decode(_spans: object) -> None:
        if changed.is_set():
            raise ModelChanged(Path("model.gguf"))

    llama = ScriptedLlama(before_decode=decode)
    engine = Engine(lambda report: llama)
    try:
        engine.wait_ready(5)
        changed.set()
        with pytest.raises(ModelChanged, match=r"model\.gguf"):
            list(engine.submit(asking("one")))
        changed.clear()
        with pytest.raises(ModelChanged):
            list(engine.submit(asking("two")))
        assert isinstance(engine.failure, ModelChanged)
    finally:
        engine.close()
    assert llama.closed
