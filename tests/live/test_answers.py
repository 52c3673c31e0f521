from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from app.bundle.slice import Slice
from app.engine.engine import Engine
from app.engine.loading import LoadOptions, load
from app.engine.reply import Finished, Reply, Token
from app.engine.request import Generation, Sampling
from app.engine.scheduler import Limits
from app.engine.text import Delta, TextReply
from app.errors import PromptTooLong
from tests.patterns import CERTAIN, repeated

pytestmark = pytest.mark.live

GREEDY = Sampling(temperature=0)
QUESTIONS = [
    "What is 2+2?",
    "Name a colour.",
    "Write one line about the sea.",
    "What do bees make?",
    "Say hello in French.",
    "How many days has a week?",
    "What is the opposite of hot?",
    "Count from one to five.",
]


def prompt(engine: Engine, question: str) -> tuple[int, ...]:
    return engine.model.chat_prompt([{"role": "user", "content": question}])


def tokens(reply: Reply) -> list[int]:
    return [each.id for each in reply if isinstance(each, Token)]


def test_answers_are_the_same_one_at_a_time_and_eight_at_once(engine: Engine) -> None:
    def ask(pattern: str) -> list[int]:
        text = engine.model.tokenize(repeated(pattern), special=False, begin=True)
        return tokens(engine.submit(Generation(text, 12, GREEDY)))

    alone = [ask(pattern) for pattern in CERTAIN]
    with ThreadPoolExecutor(len(CERTAIN)) as threads:
        together = list(threads.map(ask, CERTAIN))
    assert together == alone
    assert len(set(map(tuple, alone))) == len(CERTAIN)


def test_a_seed_gives_the_same_answer_again_and_another_seed_another(engine: Engine) -> None:
    def ask(seed: int) -> list[int]:
        sampling = Sampling(temperature=1.0, seed=seed)
        return tokens(engine.submit(Generation(prompt(engine, QUESTIONS[2]), 24, sampling)))

    assert ask(1) == ask(1)
    assert ask(1) != ask(2)


def test_a_penalty_changes_what_is_repeated(engine: Engine) -> None:
    def ask(sampling: Sampling) -> list[int]:
        text = engine.model.tokenize("one two one two one two", special=False, begin=True)
        return tokens(engine.submit(Generation(text, 16, sampling)))

    plain = ask(GREEDY)
    penalized = ask(Sampling(temperature=0, repeat_penalty=1.5, presence_penalty=1.5))
    assert len(set(penalized)) > len(set(plain))


def test_a_follow_up_computes_only_what_is_new(engine: Engine) -> None:
    first = prompt(engine, "Tell me about bees. " * 20)
    list(engine.submit(Generation(first, 4, GREEDY)))
    longer = (*first, *engine.model.tokenize("And then?", special=False, begin=False))
    *_, last = engine.submit(Generation(longer, 4, GREEDY))
    assert isinstance(last, Finished)
    assert last.usage.cached_tokens >= len(first) - 1
    assert last.timings.prompt_n == len(longer) - last.usage.cached_tokens


def test_cancelling_frees_the_slot(engine: Engine) -> None:
    reply = engine.submit(Generation(prompt(engine, "Count to a thousand."), 2000, GREEDY))
    assert isinstance(next(iter(reply)), Token)
    reply.cancel()
    *_, last = reply
    assert isinstance(last, Finished)
    assert last.usage.completion_tokens < 2000
    assert engine.stats().running == 0


def test_a_long_prompt_is_refused_with_its_size(engine: Engine) -> None:
    size = engine.model.context_tokens
    with pytest.raises(PromptTooLong, match=str(size)):
        engine.submit(Generation((5,) * size))


def test_text_comes_whole_and_with_its_counts(engine: Engine) -> None:
    generation = Generation(prompt(engine, "请用中文说你好。🙂"), 32, GREEDY)
    *parts, last = TextReply(engine.submit(generation))
    text = "".join(part.text for part in parts if isinstance(part, Delta))
    assert "\ufffd" not in text.rstrip("\ufffd")
    assert isinstance(last, Finished)
    assert last.usage.prompt_tokens == len(generation.prompt)
    assert 0 < last.usage.completion_tokens <= 32
    assert last.timings.predicted_n == last.usage.completion_tokens
    assert last.timings.predicted_ms > 0


def test_the_tokenizer_gives_back_the_text(engine: Engine) -> None:
    text = "Grüße, 世界! 👩‍👩‍👧"
    pieces = engine.model.tokenize(text, special=False, begin=False)
    assert b"".join(engine.model.piece(token) for token in pieces).decode() == text


def test_an_answer_goes_on_beyond_the_context_where_that_is_wanted(
    model_path: Path, options: LoadOptions
) -> None:
    small = replace(options, context_tokens=256, sequences=1)
    engine = Engine(
        lambda report: load(Slice.whole(model_path), small, report), Limits(shifts=True)
    )
    assert engine.wait_ready(120)
    sampling = Sampling(temperature=0, ignore_eos=True)
    reply = engine.submit(Generation(prompt(engine, "Count."), 400, sampling, keep=-1))
    *chosen, last = reply
    assert isinstance(last, Finished)
    assert (len(chosen), last.reason) == (400, "length")
    assert len(engine.slots()[0].held) <= 256
    engine.close()
