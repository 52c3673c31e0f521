from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.chat.answer import answer, answers, plan
from app.chat.reply import Content, Finished
from app.chat.request import ChatRequest, ResponseFormat, Tool
from app.engine.engine import Engine
from app.engine.request import Generation, Sampling
from app.engine.scheduler import Limits
from app.errors import Busy
from tests.chat.events import Read
from tests.fakes.engine import engine_of, scripted_engine
from tests.fakes.llama import FACTS, ScriptedLlama

CLOCK = Tool("clock", "", {"type": "object", "properties": {}})
CALL = '<tool_call>\n{"name": "clock", "arguments": {}}\n</tool_call>'


def asked(**fields: Any) -> ChatRequest:
    return ChatRequest(messages=({"role": "user", "content": "Hi"},), **fields)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    running = scripted_engine(request.param)
    yield running
    running.close()


def whole(engine: Engine, request: ChatRequest) -> tuple[Read, Finished]:
    *events, last = answer(engine, request)
    assert isinstance(last, Finished)
    return Read().add(event for event in events if not isinstance(event, Finished)), last


@pytest.mark.parametrize("engine", [f"<think>Hm.</think>So.\n{CALL}"], indirect=True)
def test_an_answer_has_thoughts_text_and_calls(engine: Engine) -> None:
    found, last = whole(engine, asked(tools=(CLOCK,)))
    assert found == Read("So.", "Hm.", [("clock", "{}")])
    assert last.reason == "tool_calls"
    assert last.usage.completion_tokens > 0


@pytest.mark.parametrize("engine", [CALL], indirect=True)
def test_without_tools_a_call_is_text(engine: Engine) -> None:
    for request in (asked(), asked(tools=(CLOCK,), tool_choice="none")):
        found, last = whole(engine, request)
        assert found == Read(CALL)
        assert last.reason == "stop"


@pytest.mark.parametrize("engine", ["<think>Hm.</think>Yes."], indirect=True)
def test_thoughts_stay_in_the_text_if_so_wished(engine: Engine) -> None:
    assert whole(engine, asked(reasoning="none"))[0] == Read("<think>Hm.</think>Yes.")


@pytest.mark.parametrize("engine", [CALL], indirect=True)
def test_a_call_that_the_limit_cuts_off_is_no_call(engine: Engine) -> None:
    found, last = whole(
        engine,
        asked(tools=(CLOCK,), generation=Generation((), len(CALL) - len("}}\n</tool_call>"))),
    )
    assert found.calls == [("clock", "{")]
    assert last.reason == "length"


@pytest.mark.parametrize("engine", ["One. Two."], indirect=True)
def test_stop_strings_and_tokens_ride_along(engine: Engine) -> None:
    *events, last = answer(engine, asked(stop=(" Two",)))
    contents = [event for event in events if isinstance(event, Content)]
    assert "".join(event.text for event in contents) == "One."
    pieces = [token.piece for event in contents for token in event.tokens]
    assert b"".join(pieces).startswith(b"One.")
    assert isinstance(last, Finished)
    assert last.reason == "stop"


@pytest.mark.parametrize("engine", ["x" * 3000], indirect=True)
def test_an_answer_can_be_cancelled(engine: Engine) -> None:
    reply = answer(engine, asked())
    events = iter(reply)
    next(events)
    reply.cancel()
    *_, last = events
    assert isinstance(last, Finished)
    assert last.usage.completion_tokens < 3000


@pytest.mark.parametrize("engine", ["Hello"], indirect=True)
def test_several_answers_to_one_question(engine: Engine) -> None:
    replies = answers(engine, asked(n=3))
    texts = [
        "".join(event.text for event in reply if isinstance(event, Content)) for reply in replies
    ]
    assert texts == ["Hello"] * 3


def test_where_not_all_answers_find_room_none_goes_on() -> None:
    engine = scripted_engine("x" * 3000, step_s=0.001, limits=Limits(queue=0))
    try:
        with pytest.raises(Busy):
            answers(engine, asked(n=20))
        assert next(iter(answer_when_free(engine)))
    finally:
        engine.close()


def answer_when_free(engine: Engine) -> Any:
    for _ in range(500):
        try:
            return answer(engine, asked())
        except Busy:
            time.sleep(0.01)
    raise AssertionError("the slots were not freed")


def test_each_answer_has_a_seed_of_its_own() -> None:
    seeds: list[int | None] = []

    class Watched(ScriptedLlama):
        def sampler(self, generation: Generation) -> Any:
            seeds.append(generation.sampling.seed)
            return super().sampler(generation)

    engine = engine_of(Watched())
    try:
        for reply in answers(engine, asked(n=3, generation=Generation((), 5, Sampling(seed=41)))):
            assert list(reply)
    finally:
        engine.close()
    assert sorted(seeds) == [41, 42, 43]


@pytest.mark.parametrize("engine", [""], indirect=True)
def test_everything_else_of_the_generation_is_passed_on(engine: Engine) -> None:
    generation = Generation((), 5, Sampling(temperature=0.3), probabilities=4, pinned=True)
    found = plan(engine.model, asked(generation=generation, response_format=ResponseFormat()))
    grammar = found.generation.sampling.grammar
    assert grammar
    assert grammar.text.startswith("root ::= ")
    expected = replace(
        generation,
        prompt=found.generation.prompt,
        sampling=replace(generation.sampling, grammar=grammar),
    )
    assert found.generation == expected
    assert bytes(token for token in found.generation.prompt if token < 256).endswith(b"assistant\n")


def test_markers_that_are_control_tokens_are_read_all_the_same() -> None:
    facts = replace(FACTS, template="tools [TOOL_CALLS]")
    llama = ScriptedLlama(lambda prompt: "", facts=facts)
    llama.tokenize = lambda text, special, begin: (257,) if text == "[TOOL_CALLS]" else (65,)  # type: ignore[method-assign]
    engine = engine_of(llama)
    try:
        assert plan(engine.model, asked(tools=(CLOCK,))).shown == {257: b"[TOOL_CALLS]"}
        assert plan(engine.model, asked()).shown == {}
    finally:
        engine.close()
