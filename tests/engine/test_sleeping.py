from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from app.engine.backend import Llama
from app.engine.engine import Engine
from app.engine.request import Generation
from app.engine.text import Delta, TextReply
from app.errors import BadFile
from app.language import Text
from tests.fakes.llama import ScriptedLlama, tokens_of

IDLE_S = 0.05
GONE = BadFile(Text("gone", "没有了"))


class Loads:
    """Loads one scripted llama after another; fails while `broken`."""

    def __init__(self) -> None:
        self.made: list[ScriptedLlama] = []
        self.broken = False

    def __call__(self, report: object) -> Llama:
        if self.broken:
            raise GONE
        self.made.append(ScriptedLlama(str.upper))
        return self.made[-1]


@pytest.fixture
def loads() -> Loads:
    return Loads()


@pytest.fixture
def engine(loads: Loads) -> Iterator[Engine]:
    engine = Engine(loads, sleep_after_s=IDLE_S)
    engine.wait_ready(5)
    yield engine
    engine.close()


def ask(engine: Engine, text: str) -> str:
    reply = TextReply(engine.submit(Generation(tokens_of(text))))
    return "".join(each.text for each in reply if isinstance(each, Delta))


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.001)


def test_an_idle_model_is_freed_and_loaded_again_for_the_next_question(
    engine: Engine, loads: Loads
) -> None:
    assert ask(engine, "one") == "ONE"
    eventually(lambda: engine.sleeping)
    eventually(lambda: loads.made[0].closed)
    assert ask(engine, "two") == "TWO"
    assert len(loads.made) == 2


def test_asleep_it_tells_what_it_is_and_what_it_did(engine: Engine, loads: Loads) -> None:
    ask(engine, "one")
    eventually(lambda: engine.sleeping)
    assert engine.ready
    assert engine.model.name == "scripted"
    assert engine.metrics().predicted_tokens > 0
    assert len(engine.slots()) == engine.stats().slots == 4
    assert engine.stats().running == engine.stats().waiting == 0
    assert engine.sleeping
    assert len(loads.made) == 1


def test_text_to_tokens_and_slots_wake_it(engine: Engine, loads: Loads) -> None:
    eventually(lambda: engine.sleeping)
    assert engine.model.tokenize("hi", special=True, begin=False) == tokens_of("hi")
    eventually(lambda: engine.sleeping)
    assert engine.erase_slot(0) == 0
    assert len(loads.made) == 3


def test_what_was_counted_goes_on(engine: Engine) -> None:
    ask(engine, "one")
    before = engine.metrics()
    eventually(lambda: engine.sleeping)
    ask(engine, "one")
    assert engine.metrics().predicted_tokens == 2 * before.predicted_tokens


def test_a_model_that_is_gone_fails_one_question_and_not_the_next(
    engine: Engine, loads: Loads
) -> None:
    eventually(lambda: engine.sleeping)
    loads.broken = True
    with pytest.raises(BadFile):
        ask(engine, "one")
    loads.broken = False
    assert ask(engine, "two") == "TWO"


def test_it_can_end_in_its_sleep(engine: Engine) -> None:
    eventually(lambda: engine.sleeping)
    engine.close()
