from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.bundle.slice import Slice
from app.engine.engine import Engine
from app.engine.loading import LoadOptions, load
from app.engine.prefixes.prefixes import Caches
from app.engine.reply import Finished, Reply, Token
from app.engine.request import Generation, Sampling
from app.engine.scheduler import Limits
from app.errors import BadFile

pytestmark = pytest.mark.live

GREEDY = Sampling(temperature=0)
CODE = "def area(width, height):\n    return width * height\n\ndef half(x):\n    return x / 2\n"


def engine_of(
    model: Path, options: LoadOptions, limits: Limits | None = None, caches: Caches | None = None
) -> Engine:
    running = Engine(lambda report: load(Slice.whole(model), options, report), limits, caches)
    assert running.wait_ready(120)
    return running


@pytest.fixture(scope="module", params=[True, False], ids=["shared", "apart"])
def small(
    request: pytest.FixtureRequest, model_path: Path, options: LoadOptions
) -> Iterator[Engine]:
    """Two slots, nothing guessed; in one context, and each in its own part."""
    two = replace(options, sequences=2, shared_context=request.param)
    running = engine_of(model_path, two, Limits(draft_tokens=0))
    yield running
    running.close()


def answer(reply: Reply) -> tuple[list[int], Finished]:
    *tokens, last = reply
    assert isinstance(last, Finished)
    return [each.id for each in tokens if isinstance(each, Token)], last


def document(engine: Engine, words: int = 12) -> tuple[int, ...]:
    text = "".join(f"Chapter {n}: the bees of field {n * 7} make honey. " for n in range(words))
    return engine.model.tokenize(text, special=False, begin=True)


def asked(engine: Engine, question: str) -> tuple[int, ...]:
    return (*document(engine), *engine.model.tokenize(question, special=False, begin=False))


def test_a_prefix_copied_from_a_busy_slot_gives_the_same_answer(small: Engine) -> None:
    second = Generation(asked(small, " What do bees make?"), 8, GREEDY)
    alone, _ = answer(small.submit(replace(second, keep_cache=False)))
    small.erase_slot(0), small.erase_slot(1)
    running = small.submit(Generation(asked(small, " Count on:"), 60, GREEDY))
    next(iter(running))
    tokens, finished = answer(small.submit(second))
    running.cancel()
    assert tokens == alone
    assert finished.usage.cached_tokens >= len(document(small)) - 1


def test_a_prefix_from_the_hosts_memory_gives_the_same_answer(small: Engine) -> None:
    question = Generation(asked(small, " What do bees make?"), 8, GREEDY)
    first, _ = answer(small.submit(question))
    for n in (1, 2):
        answer(small.submit(Generation((n + 100,) * 200, 1, GREEDY)))
    again, finished = answer(small.submit(question))
    assert again == first
    assert finished.usage.cached_tokens == len(question.prompt) - 1


def test_after_a_restart_a_pinned_prefix_is_read_from_disk(
    model_path: Path, options: LoadOptions, tmp_path: Path
) -> None:
    answers = []
    for _ in range(2):
        engine = engine_of(model_path, options, caches=Caches(folder=tmp_path))
        question = Generation(asked(engine, " What do bees make?"), 8, GREEDY, pinned=True)
        answers.append(answer(engine.submit(question)))
        engine.close()
    (first, cold), (again, warm) = answers
    assert again == first
    assert cold.usage.cached_tokens == 0
    assert warm.usage.cached_tokens == len(question.prompt) - 1


def test_a_saved_slot_gives_the_same_answer(
    model_path: Path, options: LoadOptions, tmp_path: Path
) -> None:
    engine = engine_of(model_path, options, caches=Caches(slot_folder=tmp_path))
    question = Generation(asked(engine, " What do bees make?"), 8, GREEDY, slot=1)
    first, _ = answer(engine.submit(question))
    engine.save_slot(1, "bees.bin")
    engine.restore_slot(0, "bees.bin")
    again, finished = answer(engine.submit(replace(question, slot=0)))
    engine.close()
    assert again == first
    assert finished.usage.cached_tokens == len(question.prompt) - 1


@pytest.fixture(scope="module")
def guessing(model_path: Path, options: LoadOptions) -> Iterator[Engine]:
    """The same model guesses its own answers."""
    running = engine_of(model_path, replace(options, draft=Slice.whole(model_path), sequences=4))
    yield running
    running.close()


@pytest.mark.parametrize("sampling", [GREEDY, Sampling(temperature=0.8, seed=42)])
def test_guessed_answers_are_those_that_would_have_come_anyway(
    guessing: Engine, sampling: Sampling
) -> None:
    prompt = guessing.model.tokenize(CODE * 3, special=False, begin=True)
    plain, without = answer(guessing.submit(Generation(prompt, 40, sampling, draft=False)))
    guessed, finished = answer(guessing.submit(Generation(prompt, 40, sampling, draft=True)))
    assert guessed == plain
    assert without.timings.draft_n == 0
    assert finished.timings.draft_n >= finished.timings.draft_n_accepted > 0


def test_a_draft_model_with_other_tokens_is_refused(
    model_path: Path, options: LoadOptions, tmp_path: Path
) -> None:
    data = model_path.read_bytes()
    other = tmp_path / "other.gguf"
    word = "Ġunderstanding".encode()
    assert data.count(word) >= 1
    other.write_bytes(data.replace(word, word[::-1] if word[::-1] else word, 1))
    with pytest.raises(BadFile, match=r"other\.gguf has other tokens"):
        load(
            Slice.whole(model_path),
            replace(options, draft=Slice.whole(other)),
            lambda progress: None,
        )
