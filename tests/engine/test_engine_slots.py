"""Slots as clients see them: facts, files, counters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from app.engine.engine import Engine
from app.engine.prefixes.prefixes import Caches
from app.engine.reply import Finished
from app.engine.request import Generation
from app.engine.scheduler import Limits
from app.errors import BadRequest, Cancelled
from tests.fakes.llama import FACTS, ScriptedLlama, tokens_of


def engine_in(folder: Path | None, llama: ScriptedLlama | None = None) -> Engine:
    running = llama or ScriptedLlama(str.upper)
    engine = Engine(lambda report: running, Limits(draft_tokens=0), Caches(slot_folder=folder))
    engine.wait_ready(5)
    return engine


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    running = engine_in(tmp_path)
    yield running
    running.close()


def answer(engine: Engine, prompt: str, slot: int | None = None) -> Finished:
    *_, last = engine.submit(Generation(tokens_of(prompt), 4, slot=slot))
    assert isinstance(last, Finished)
    return last


def test_a_slot_says_what_it_holds_and_what_it_did(engine: Engine) -> None:
    answer(engine, "hello", slot=2)
    facts = engine.slots()[2]
    assert (facts.id, facts.is_running, facts.context_tokens) == (2, False, 4096)
    assert bytes(facts.held) == b"helloHEL"
    assert bytes(facts.tokens) == b"helloHELL"
    assert (facts.prompt_tokens, facts.chosen_tokens, facts.left_tokens) == (5, 4, 0)
    assert facts.generation
    assert facts.generation.max_tokens == 4
    assert engine.slots()[0].generation is None


def test_a_saved_slot_can_be_restored_into_another(engine: Engine) -> None:
    answer(engine, "a question that is remembered", slot=1)
    saved = engine.save_slot(1, "mine.bin")
    assert saved.tokens == len("a question that is rememberedA Q")
    restored = engine.restore_slot(0, "mine.bin")
    assert (restored.tokens, restored.bytes) == (saved.tokens, saved.bytes)
    assert answer(engine, "a question that is new", slot=0).usage.cached_tokens == 19


def test_an_erased_slot_holds_nothing(engine: Engine) -> None:
    answer(engine, "to be forgotten", slot=1)
    assert engine.erase_slot(1) == len("to be forgottenTO ")
    assert engine.erase_slot(1) == 0
    assert answer(engine, "to be forgotten", slot=1).usage.cached_tokens == 0


def test_a_file_of_another_model_or_a_missing_slot_is_refused(engine: Engine) -> None:
    answer(engine, "hello", slot=1)
    engine.save_slot(1, "mine.bin")
    small = engine_in(
        engine._caches.slot_folder,
        ScriptedLlama(str.upper, replace(FACTS, sequence_tokens=5)),
    )
    with pytest.raises(BadRequest, match="another model or other settings"):
        small.restore_slot(0, "mine.bin")
    small.close()
    for slot in (-1, 4):
        with pytest.raises(BadRequest, match=f"no slot {slot}"):
            engine.erase_slot(slot)
        with pytest.raises(BadRequest, match=f"no slot {slot}"):
            engine.submit(Generation((1,), slot=slot))


def test_without_a_folder_nothing_is_saved() -> None:
    engine = engine_in(None)
    with pytest.raises(BadRequest, match="--slot-save-path"):
        engine.save_slot(0, "x")
    engine.close()


def test_a_busy_slot_is_waited_for_and_the_end_of_the_engine_ends_that() -> None:
    decoding, gate = Event(), Event()

    def before_decode(_spans: object) -> None:
        decoding.set()
        gate.wait(5)

    llama = ScriptedLlama(lambda prompt: "x" * 4000, before_decode=before_decode)
    engine = engine_in(None, llama)
    reply = engine.submit(Generation(tokens_of("?"), slot=0))
    assert decoding.wait(5)
    ended: list[type[Exception]] = []

    def erase() -> None:
        try:
            engine.erase_slot(0)
        except Cancelled:
            ended.append(Cancelled)

    waiting = Thread(target=erase)
    waiting.start()
    closing = Thread(target=engine.close)
    closing.start()
    gate.set()
    waiting.join(5)
    closing.join(5)
    assert not waiting.is_alive()
    assert ended == [Cancelled]
    with pytest.raises(Cancelled):
        list(reply)


def test_counters_are_the_sums_of_all_answers(engine: Engine) -> None:
    finished = [answer(engine, prompt) for prompt in ("one", "one more", "two")]
    metrics = engine.metrics()
    assert metrics.prompt_tokens == sum(each.timings.prompt_n for each in finished)
    assert metrics.cached_tokens == sum(each.timings.cache_n for each in finished) > 0
    assert metrics.predicted_tokens == 12
    assert metrics.decode_calls == metrics.busy_slots == 12
    assert metrics.most_tokens == len("one more") + 3
    assert metrics.prompt_s > 0
    assert metrics.predicted_s > 0
