from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.engine.prefixes.prefixes import Caches
from tests.fakes.bench import NO_DRAFTS, Bench, read
from tests.fakes.llama import FACTS, ScriptedLlama

DOCUMENT = "".join(f"line {n} of a long document. " for n in range(20))
OTHER = "".join(f"{n} bottles on another wall. " for n in range(20))
MODEL = replace(FACTS, identity="some model")


def bench_of(sequences: int = 4, places: int = 4096, caches: Caches | None = None) -> Bench:
    facts = replace(MODEL, sequences=sequences, context_tokens=places)
    return Bench(ScriptedLlama(str.upper, facts), NO_DRAFTS, caches)


def test_a_prefix_is_copied_out_of_a_busy_slot() -> None:
    bench = bench_of()
    first = bench.ask(DOCUMENT + "first?")
    for _ in range(12):
        bench.batching.step()
    assert bench.batching.running == 1
    second = bench.ask(DOCUMENT + "second?")
    bench.finish()
    assert read(first)[0] == (DOCUMENT + "first?").upper()
    text, finished = read(second)
    assert text == (DOCUMENT + "second?").upper()
    assert finished.usage.cached_tokens == len(DOCUMENT)


def test_several_requests_with_one_prompt_compute_it_once() -> None:
    bench = bench_of()
    replies = [bench.ask(DOCUMENT, max_tokens=5) for _ in range(4)]
    bench.finish()
    assert [read(reply)[0] for reply in replies] == [DOCUMENT[:5].upper()] * 4
    computed = sum(len(span.tokens) for call in bench.llama.calls for span in call)
    assert computed < len(DOCUMENT) + 4 * 6


def test_what_two_answers_share_takes_its_place_once() -> None:
    bench = bench_of(places=len(DOCUMENT) + 60)
    replies = [bench.ask(DOCUMENT, max_tokens=20) for _ in range(2)]
    running = set()
    while bench.batching.step():
        running.add(bench.batching.running)
    assert 2 in running
    assert [read(reply)[0] for reply in replies] == [DOCUMENT[:20].upper()] * 2


def test_a_follower_begins_by_itself_when_its_leader_has_gone() -> None:
    bench = bench_of()
    leader, follower = bench.ask(DOCUMENT), bench.ask(DOCUMENT, max_tokens=3)
    bench.batching.step()
    assert bench.batching.waiting == 1
    leader.cancel()
    bench.finish()
    text, finished = read(follower)
    assert text == DOCUMENT[:3].upper()
    assert 0 < finished.usage.cached_tokens < len(DOCUMENT) - 1


def test_a_prefix_that_lost_its_slot_comes_back_from_the_hosts_memory() -> None:
    bench = bench_of(sequences=1)
    bench.answer(DOCUMENT, max_tokens=1)
    assert bench.answer(OTHER, max_tokens=1).usage.cached_tokens == 0
    reply = bench.ask(DOCUMENT + "?", max_tokens=9)
    bench.finish()
    text, finished = read(reply)
    assert (text, finished.usage.cached_tokens) == (DOCUMENT[:9].upper(), len(DOCUMENT))


def test_without_memory_for_it_a_prefix_is_computed_again() -> None:
    bench = bench_of(sequences=1, caches=Caches(ram_bytes=0))
    for prompt in (DOCUMENT, OTHER, DOCUMENT):
        assert bench.answer(prompt, max_tokens=1).usage.cached_tokens == 0


def test_an_idle_prefix_that_makes_way_for_a_prompt_comes_back_too() -> None:
    bench = bench_of(places=len(DOCUMENT) + 20)
    bench.answer(DOCUMENT, max_tokens=1)
    bench.answer(OTHER, max_tokens=1)
    assert bench.answer(DOCUMENT + "?", max_tokens=1).usage.cached_tokens == len(DOCUMENT)


def test_a_request_without_cache_leaves_nothing_behind_in_memory() -> None:
    bench = bench_of(sequences=1)
    bench.answer(DOCUMENT, max_tokens=1, keep_cache=False)
    bench.answer(OTHER, max_tokens=1)
    assert bench.answer(DOCUMENT, max_tokens=1).usage.cached_tokens == 0


def test_a_pinned_prefix_is_read_from_disk_after_a_restart(tmp_path: Path) -> None:
    caches = Caches(folder=tmp_path)
    before = bench_of(caches=caches)
    before.answer(DOCUMENT + "first?", max_tokens=1, pinned=True)
    before.batching.prefixes.close()
    after = bench_of(caches=caches)
    reply = after.ask(DOCUMENT + "second?", max_tokens=9)
    after.finish()
    text, finished = read(reply)
    assert (text, finished.usage.cached_tokens) == (DOCUMENT[:9].upper(), len(DOCUMENT))
    assert len(after.llama.calls[0][0].tokens) == len("second?")


def test_questions_about_one_pinned_document_write_it_once(tmp_path: Path) -> None:
    bench = bench_of(caches=Caches(folder=tmp_path))
    for question in ("one?", "two?", "three?"):
        bench.answer(DOCUMENT + question, max_tokens=1, pinned=True)
        bench.batching.prefixes.close()
        bench = bench_of(caches=Caches(folder=tmp_path))
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_not_pinned_stays_off_the_disk(tmp_path: Path) -> None:
    bench = bench_of(caches=Caches(folder=tmp_path / "prefixes"))
    bench.answer(DOCUMENT, max_tokens=1)
    bench.batching.prefixes.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("harm", [b"", b"no prefix at all", None])
def test_a_damaged_file_is_ignored_and_replaced(tmp_path: Path, harm: bytes | None) -> None:
    caches = Caches(folder=tmp_path)
    before = bench_of(caches=caches)
    before.answer(DOCUMENT, max_tokens=1, pinned=True)
    before.batching.prefixes.close()
    (path,) = tmp_path.iterdir()
    good = path.read_bytes()
    path.write_bytes(good[:-1] + b"\xff" if harm is None else harm)
    after = bench_of(caches=caches)
    assert after.answer(DOCUMENT, max_tokens=1, pinned=True).usage.cached_tokens == 0
    after.batching.prefixes.close()
    assert path.read_bytes() == good


def test_another_models_files_are_left_alone(tmp_path: Path) -> None:
    caches = Caches(folder=tmp_path)
    for identity in ("one model", "another", "one model"):
        llama = ScriptedLlama(str.upper, replace(MODEL, identity=identity))
        bench = Bench(llama, NO_DRAFTS, caches)
        bench.answer(DOCUMENT, max_tokens=1, pinned=True)
        bench.batching.prefixes.close()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_named_slot_is_used_with_what_it_holds_and_nothing_else() -> None:
    bench = bench_of()
    bench.answer(DOCUMENT, max_tokens=1)
    assert bench.answer(DOCUMENT, max_tokens=1, slot=3).usage.cached_tokens == 0
    assert bench.answer(DOCUMENT, max_tokens=1, slot=3).usage.cached_tokens == len(DOCUMENT) - 1
    assert bench.batching.slots[3].held


def test_what_a_slot_holds_or_works_on_is_not_read_from_disk(tmp_path: Path) -> None:
    caches = Caches(folder=tmp_path)
    before = bench_of(caches=caches)
    before.answer(DOCUMENT, max_tokens=1, pinned=True)
    before.batching.prefixes.close()
    after = bench_of(sequences=1, caches=caches)
    first = after.ask(DOCUMENT + "first?", max_tokens=1)
    after.batching.step()
    for path in tmp_path.iterdir():
        path.write_bytes(b"nobody reads this")
    second = after.ask(DOCUMENT + "second?", max_tokens=1)
    after.finish()
    assert read(first)[1].usage.cached_tokens == len(DOCUMENT)
    assert read(second)[1].usage.cached_tokens == len(DOCUMENT)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"nobody reads this"]
