from __future__ import annotations

import pytest

from app.engine.drafting.lookup import Match
from app.engine.drafting.speculation import (
    Asked,
    DraftModel,
    Guessing,
    Rate,
    Speculation,
    draft_length,
)
from app.engine.pace import Pace
from tests.fakes.llama import ScriptedLlama


def test_more_is_guessed_the_surer_and_the_cheaper_it_is() -> None:
    assert draft_length(rate=0.9, price=0.1, most=16) == 16
    assert draft_length(rate=0.5, price=0.1, most=16) == 3
    assert draft_length(rate=0.5, price=0.4, most=16) == 1
    assert draft_length(rate=0.3, price=0.4, most=16) == 0
    assert draft_length(rate=0.0, price=0.0, most=16) == 0


def test_right_guesses_raise_the_rate_and_wrong_ones_lower_it() -> None:
    rate = Rate()
    rate.checked(drafted=4, accepted=4)
    assert rate.value > rate.usual
    for _ in range(10):
        rate.checked(drafted=4, accepted=0)
    assert rate.value < 0.1
    for _ in range(300):
        rate.rested()
    assert rate.value == pytest.approx(rate.usual, abs=0.01)


def test_long_agreements_are_trusted_more() -> None:
    assert Rate(0.6).after(Match(9, 3)) == pytest.approx(0.6)
    assert Rate(0.6).after(Match(9, 12)) == pytest.approx(0.8)
    assert Rate(0.6).after(Match(9, 24)) == pytest.approx(0.9)


def test_a_guess_counts_for_the_way_it_was_made() -> None:
    guessing = Guessing()
    guessing.trying = guessing.modelled
    guessing.checked(drafted=4, accepted=3)
    assert (guessing.drafted, guessing.accepted) == (4, 3)
    assert guessing.modelled.value != guessing.modelled.usual
    assert guessing.repeating.value == guessing.repeating.usual


def test_room_goes_to_the_surest_answers_first() -> None:
    sure, unsure = Guessing(repeating=Rate(0.95)), Guessing(repeating=Rate(0.6))
    asked = [Asked(0, list(b"abcabc"), unsure, 8, True), Asked(1, list(b"xyzxyz"), sure, 8, True)]
    found = Speculation(None, Pace()).drafts(asked, answers=2, room=10)
    assert bytes(found[1]) == b"xyzxyzxy"
    assert bytes(found[0]) == b"ab"


def test_what_was_not_said_before_is_left_to_the_draft_model() -> None:
    def small() -> ScriptedLlama:
        return ScriptedLlama(chooses=lambda seen, chance: seen[-1] + 1)

    asked = [Asked(0, list(b"abcabc"), Guessing(), 3, True), Asked(1, [1, 2], Guessing(), 3, True)]
    found = Speculation(small(), Pace()).drafts(asked, answers=2, room=10)
    assert found == {0: list(b"abc"), 1: [3, 4, 5]}
    without = Speculation(small(), Pace(), lookup=False).drafts(asked, answers=2, room=10)
    assert without[0] == [100, 101, 102]


def test_a_draft_model_reads_along_and_answers_ahead() -> None:
    small = ScriptedLlama(chooses=lambda seen, chance: seen[-1] + 1)
    model = DraftModel(small)
    assert model.drafts([(0, [1, 2, 3], 3), (1, [7], 2)]) == {0: [4, 5, 6], 1: [8, 9]}
    small.calls.clear()
    assert model.drafts([(0, [1, 2, 3, 4, 9], 2)]) == {0: [10, 11]}
    assert [span.tokens for call in small.calls for span in call] == [(9,), (10,)]
    assert small.samplers == 0


def test_a_long_prompt_is_read_in_several_steps() -> None:
    small = ScriptedLlama(chooses=lambda seen, chance: 5)
    model = DraftModel(small)
    prompt = [1] * 1000
    assert model.drafts([(0, prompt, 2)]) == {}
    assert model.drafts([(0, prompt, 2)]) == {0: [5, 5]}


def test_a_full_draft_context_is_emptied() -> None:
    small = ScriptedLlama(chooses=lambda seen, chance: 5)
    model = DraftModel(small)
    for sequence in range(4):
        for _ in range(3):
            model.drafts([(sequence, [1] * 1100, 2)])
    assert model.drafts([(0, [1, 2, 3], 1)]) == {0: [5]}
