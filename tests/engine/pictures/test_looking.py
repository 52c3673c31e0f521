"""How the engine takes its turns with pictures; nothing is looked at in earnest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from app.engine.engine import Engine
from app.engine.pictures.picture import Pixels
from app.engine.reply import Finished
from app.engine.request import Generation
from app.errors import EngineFailed, PromptTooLong
from tests.fakes.eyes import BLINDING, CELLS, PLACES, ScriptedEyes, seeing_engine
from tests.fakes.llama import FACTS, ScriptedLlama

RED, BLUE = Pixels(1, 1, b"\xff\x00\x00"), Pixels(1, 1, b"\x00\x00\xff")


@pytest.fixture
def seeing() -> Iterator[tuple[Engine, ScriptedEyes]]:
    engine, eyes = seeing_engine()
    yield engine, eyes
    engine.close()


def asked(engine: Engine, *parts: str | Pixels, tokens: int = 2) -> Generation:
    seen = engine.model.prompt_with(parts)
    return Generation(seen.tokens, tokens, pictures=seen.pictures)


def finished(engine: Engine, generation: Generation) -> Finished:
    *_, last = engine.submit(generation)
    assert isinstance(last, Finished)
    return last


def test_a_picture_is_encoded_then_shown_and_counts_by_its_places(
    seeing: tuple[Engine, ScriptedEyes],
) -> None:
    engine, eyes = seeing
    end = finished(engine, asked(engine, "Look: ", RED, "?"))
    assert eyes.happened[:4] == ["decode", "encode", "show", "decode"]
    assert end.usage.prompt_tokens == len("Look: ") + PLACES + len("?")


def test_what_was_encoded_once_is_shown_again_elsewhere(
    seeing: tuple[Engine, ScriptedEyes],
) -> None:
    engine, eyes = seeing
    finished(engine, asked(engine, RED, " first"))
    finished(engine, asked(engine, "Now ", BLUE, " and ", RED, "?"))
    assert eyes.happened.count("encode") == 2
    assert eyes.happened.count("show") == 3


def test_the_same_beginning_with_another_picture_shares_no_more_than_its_text(
    seeing: tuple[Engine, ScriptedEyes],
) -> None:
    engine, _ = seeing
    finished(engine, asked(engine, "Look: ", RED, "?"))
    alike = finished(engine, asked(engine, "Look: ", RED, "!")).usage.cached_tokens
    assert alike == len("Look: ") + PLACES
    assert finished(engine, asked(engine, "Look: ", BLUE, "?")).usage.cached_tokens == len("Look: ")


def test_answers_go_on_between_the_steps_of_a_picture() -> None:
    engine, eyes = seeing_engine(ScriptedLlama(lambda _: "b" * 300, step_s=0.002))
    try:
        running = engine.submit(replace(asked(engine, "a", tokens=300), draft=False))
        next(iter(running))
        finished(engine, asked(engine, RED, BLUE, "?"))
        running.cancel()
    finally:
        engine.close()
    steps = [place for place, what in enumerate(eyes.happened) if what in ("encode", "show")]
    assert len(steps) == 4
    assert all("decode" in eyes.happened[first:second] for first, second in pairwise(steps))


def test_a_picture_without_a_place_waits_for_one(seeing: tuple[Engine, ScriptedEyes]) -> None:
    engine, eyes = seeing
    finished(engine, asked(engine, "Something that may go. " * 4))
    eyes.refuses = 1
    assert finished(engine, asked(engine, RED, "?")).reason in ("stop", "length")
    assert eyes.happened.count("show") == 2


def test_a_picture_that_cannot_be_looked_at_fails_its_own_request_alone(
    seeing: tuple[Engine, ScriptedEyes],
) -> None:
    engine, _ = seeing
    beside = engine.submit(asked(engine, "still here", tokens=40))
    with pytest.raises(EngineFailed, match="blinded"):
        finished(engine, asked(engine, BLINDING, "?"))
    assert isinstance([*beside][-1], Finished)


def test_what_pictures_take_of_the_context_is_counted(
    seeing: tuple[Engine, ScriptedEyes],
) -> None:
    engine, _ = seeing
    many = [RED] * (FACTS.sequence_tokens // CELLS)
    with pytest.raises(PromptTooLong):
        engine.submit(asked(engine, *many, "and some words more"))
