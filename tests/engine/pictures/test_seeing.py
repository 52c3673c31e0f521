"""Models that see, small ones of chance, in the real llama.cpp: what they are shown matters."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.engine.engine import Engine
from app.engine.pictures.picture import Pixels, Seen
from app.engine.reply import Finished, Token
from app.engine.request import Generation, Grammar, Sampling
from app.errors import BadRequest, PromptTooLong

ONE_ANSWER = Sampling(temperature=0, grammar=Grammar('root ::= "' + "once more " * 4 + '"'))
LIKELIEST = 8
CLOSE = 0.02  # llama.cpp adds up in other orders for one token than for several
FAR = 0.2


def picture(seed: int, width: int = 112, height: int = 84) -> Pixels:
    return Pixels(width, height, random.Random(seed).randbytes(width * height * 3))


RED, BLUE = picture(1), picture(2)


def asked(engine: Engine, *parts: str | Pixels, tokens: int = 6) -> Generation:
    seen = engine.model.prompt_with(parts)
    return Generation(
        seen.tokens, tokens, ONE_ANSWER, probabilities=LIKELIEST, pictures=seen.pictures
    )


def answer(engine: Engine, generation: Generation) -> tuple[list[float], Finished]:
    """The logarithms of what it said and might have said, one after the other."""
    *tokens, finished = engine.submit(generation)
    assert isinstance(finished, Finished)
    chances = [each.probabilities for each in tokens if isinstance(each, Token)]
    return [chance for one in chances if one for _, chance in one.top], finished


def fresh(generation: Generation) -> Generation:
    return replace(generation, keep_cache=False)


def distance(first: Sequence[float], second: Sequence[float]) -> float:
    return max(abs(one - other) for one, other in zip(first, second, strict=True))


def test_the_same_picture_is_read_alike_and_another_one_is_not(engine: Engine) -> None:
    told = {
        name: answer(engine, fresh(asked(engine, "Look: ", shown, "! What is it?")))[0]
        for name, shown in {"red": RED, "blue": BLUE, "again": replace(RED)}.items()
    }
    assert distance(told["red"], told["again"]) < CLOSE
    assert distance(told["red"], told["blue"]) > FAR
    text, _ = answer(engine, fresh(asked(engine, "Look: ", "! What is it?")))
    assert distance(text, told["red"]) > FAR


def test_a_picture_that_was_seen_is_not_looked_at_again(engine: Engine) -> None:
    engine.erase_slot(0), engine.erase_slot(1)
    shown = asked(engine, "Once: ", RED, " and then ", BLUE, " what?")
    first, cold = answer(engine, shown)
    again, warm = answer(engine, asked(engine, "Once: ", RED, " and then ", BLUE, " what?"))
    assert distance(again, first) < CLOSE
    assert cold.usage.cached_tokens == 0
    assert warm.usage.cached_tokens == len(shown.prompt) - 1
    other, half = answer(engine, asked(engine, "Once: ", RED, " and then ", RED, " what?"))
    assert half.usage.cached_tokens == shown.pictures[1].start
    unknown = fresh(asked(engine, "Once: ", RED, " and then ", RED, " what?"))
    assert distance(other, answer(engine, unknown)[0]) < CLOSE


def test_what_goes_on_behind_a_picture_out_of_memory_is_the_same(engine: Engine) -> None:
    shown = asked(engine, "A long beginning, so that it is worth keeping. " * 2, BLUE, " And now?")
    first, _ = answer(engine, shown)
    for number in range(2):  # they take the slots
        answer(engine, asked(engine, f"{number} is a text about something else. " * 4))
    again, finished = answer(engine, shown)
    assert distance(again, first) < CLOSE
    assert finished.usage.cached_tokens == len(shown.prompt) - 1


def test_who_asks_the_same_at_once_waits_and_shares(engine: Engine) -> None:
    engine.erase_slot(0), engine.erase_slot(1)
    # Long enough at its end to be worth waiting for while the pictures are looked at.
    end = " And now what? Say it in a few words, and in no more than these."
    shown = asked(engine, "Together, with a long beginning: ", BLUE, RED, end)
    replies = [engine.submit(shown) for _ in range(3)]
    told = [[*reply] for reply in replies]
    ends = [events[-1] for events in told]
    assert all(isinstance(end, Finished) for end in ends)
    saved = [end.usage.cached_tokens for end in ends if isinstance(end, Finished)]
    assert saved[0] == 0
    assert min(saved[1:]) >= shown.pictures[1].start
    first, *others = [
        [
            chance
            for each in events
            if isinstance(each, Token) and each.probabilities
            for _, chance in each.probabilities.top
        ]
        for events in told
    ]
    assert all(distance(first, other) < CLOSE for other in others)


def test_texts_beside_pictures_are_answered_as_alone(engine: Engine) -> None:
    text = asked(engine, "Only words here, and quite a few of them.", tokens=30)
    alone, _ = answer(engine, fresh(text))
    beside = engine.submit(fresh(text))
    shown = engine.submit(fresh(asked(engine, RED, BLUE, "?", tokens=3)))
    chances = [each.probabilities for each in beside if isinstance(each, Token)]
    together = [chance for one in chances if one for _, chance in one.top]
    assert distance(together, alone) < CLOSE
    assert isinstance([*shown][-1], Finished)


def test_the_prompt_of_a_picture_ends_with_text_and_fits_the_context(engine: Engine) -> None:
    if not engine.model.prompt_with([RED, "?"]).tokens[-2] >= 0:
        with pytest.raises(BadRequest, match="text behind its last picture"):
            engine.model.prompt_with(["What is this? ", RED])
    many: list[str | Pixels] = [RED] * 70
    seen: Seen = engine.model.prompt_with([*many, "?"])
    prompt = Generation(seen.tokens, 1, pictures=seen.pictures)
    if prompt.cells >= 1024:
        with pytest.raises(PromptTooLong):
            engine.submit(prompt)


def test_what_a_slot_holds_of_a_picture_stays_in_memory(engine: Engine) -> None:
    answer(engine, replace(asked(engine, RED, "What?"), slot=0, pinned=True))
    with pytest.raises(BadRequest, match="there is a picture in it"):
        engine.save_slot(0, "mine.bin")
    held = engine.slots()[0].held
    assert min(held) < 0
    assert engine.model.text_of(held).startswith("What?") or "What?" in engine.model.text_of(held)
