from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from app.engine.adapters import Adapter, Scales, Turns
from app.engine.reply import Reply
from app.engine.request import Generation
from app.errors import BadRequest
from tests.fakes.engine import engine_of
from tests.fakes.llama import FACTS, ScriptedLlama, tokens_of

TWO = (Adapter(0, "style.gguf", 1.0), Adapter(1, "facts.gguf", 0.0))


def scales() -> Scales:
    return Scales(TWO)


def test_a_request_that_names_none_gets_the_servers_adapters() -> None:
    assert scales().of(None) == ((0, 1.0),)
    assert Scales(()).of(None) == ()


def test_a_request_may_name_its_own_in_any_order() -> None:
    assert scales().of(((1, 0.5), (0, 2))) == ((0, 2.0), (1, 0.5))
    assert scales().of(((0, 0.0),)) == scales().of(()) == ()


def test_scales_change_for_requests_to_come_and_what_is_not_named_no_longer_applies() -> None:
    changed = scales()
    changed.set({1: 0.25})
    assert [each.scale for each in changed.list()] == [0.0, 0.25]
    assert changed.of(None) == ((1, 0.25),)


@pytest.mark.parametrize("wrong", [(2, 1.0), (-1, 1.0), (0, math.nan), (0, math.inf), (0, 1e30)])
def test_unknown_adapters_and_odd_scales_are_refused(wrong: tuple[int, float]) -> None:
    with pytest.raises(BadRequest) as refused:
        scales().of((wrong,))
    assert refused.value.field == "lora"
    with pytest.raises(BadRequest):
        scales().set(dict((wrong,)))


def test_sets_of_adapters_take_turns_that_last_some_steps() -> None:
    now = 0.0
    turns = Turns(lambda: now, turn_s=0.5)
    one, other = ((0, 1.0),), ((1, 1.0),)
    seen = []
    for _ in range(40):
        seen.append(turns.next([one, other, ()]))
        now += 0.1
    changes = sum(first != second for first, second in pairwise(seen))
    assert 6 <= changes <= 8
    assert {seen.count(each) for each in (one, other, ())} <= set(range(10, 17))


def test_without_others_a_set_keeps_its_turn_and_ended_ones_leave_it() -> None:
    turns = Turns(lambda: 0.0)
    assert turns.next([((0, 1.0),)]) == ((0, 1.0),)
    assert turns.next([((0, 1.0),), ()]) == ((0, 1.0),)
    assert turns.next([()]) == ()


def answer(reply: Reply) -> str:
    return b"".join(getattr(event, "piece", b"") for event in reply).decode()


def test_answers_with_different_adapters_never_share_a_decode_call() -> None:
    used: list[tuple[int, set[str]]] = []
    llama = ScriptedLlama(str.upper, replace(FACTS, adapters=TWO))

    def note(spans: object) -> None:
        texts = {chr(span.tokens[0]).lower() for span in spans}  # type: ignore[attr-defined]
        used.append((len(llama.using), texts))

    llama.before_decode = note
    engine = engine_of(llama)
    asked = {"p": (), "s": ((0, 1.0),), "t": None}
    replies = {
        letter: engine.submit(Generation(tokens_of(letter * 30), adapters=adapters))
        for letter, adapters in asked.items()
    }
    assert {letter: answer(reply) for letter, reply in replies.items()} == {
        letter: letter.upper() * 30 for letter in asked
    }
    assert all(texts <= ({"s", "t"} if count else {"p"}) for count, texts in used)
    with pytest.raises(BadRequest, match="no adapter 7"):
        engine.submit(Generation(tokens_of("x"), adapters=((7, 1.0),)))
    engine.scale_adapters({1: 0.5})
    assert [each.scale for each in engine.adapters()] == [0.0, 0.5]
    engine.close()
