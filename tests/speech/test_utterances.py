from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.speech.utterances import (
    FRAME_BYTES,
    FRAME_S,
    LONGEST,
    MARGIN,
    Pauses,
    Pieces,
    Utterance,
)

SILENCE, SPEECH = 0.01, 0.9


def sound(likelihoods: list[float]) -> bytes:
    """Each frame filled with its own number, so that what is cut can be told."""
    return b"".join(
        (index % 30_000).to_bytes(2, "little") * 512 for index in range(len(likelihoods))
    )


def utterances(likelihoods: list[float], block: int = 10_000) -> list[Utterance]:
    pauses, samples = Pauses(), sound(likelihoods)
    found = []
    for at in range(0, len(likelihoods), block):
        part = samples[at * FRAME_BYTES : (at + block) * FRAME_BYTES]
        found += pauses.add(part, likelihoods[at : at + block])
    return found + pauses.end()


def test_silence_holds_no_utterance() -> None:
    assert utterances([SILENCE] * 500) == []


def test_a_click_is_no_utterance() -> None:
    assert utterances([SILENCE] * 50 + [SPEECH] * 2 + [SILENCE] * 50) == []


def test_an_utterance_is_cut_out_with_a_margin() -> None:
    [found] = utterances([SILENCE] * 100 + [SPEECH] * 50 + [SILENCE] * 100)
    assert found.start == pytest.approx((100 - MARGIN) * FRAME_S)
    assert found.seconds == pytest.approx((50 + 2 * MARGIN) * FRAME_S)
    assert found.samples[:2] == (100 - MARGIN).to_bytes(2, "little")


def test_a_long_pause_parts_two_utterances_and_a_short_one_does_not() -> None:
    def parts(pause: int) -> int:
        return len(utterances([SPEECH] * 30 + [SILENCE] * pause + [SPEECH] * 30))

    assert (parts(10), parts(40)) == (1, 2)


def test_overlong_speech_is_cut_where_it_is_quietest() -> None:
    likelihoods = [SPEECH] * LONGEST * 2
    likelihoods[LONGEST - 100] = 0.4
    first = utterances(likelihoods)[0]
    assert len(first.samples) == (LONGEST - 99) * FRAME_BYTES


@given(st.lists(st.sampled_from([0.0, 0.4, 0.6, 1.0]), max_size=2500), st.integers(1, 700))
def test_blocks_change_nothing_and_no_sound_comes_twice(
    likelihoods: list[float], block: int
) -> None:
    whole = utterances(likelihoods)
    assert utterances(likelihoods, block) == whole
    ends = [0.0] + [each.start + each.seconds for each in whole]
    assert all(each.start >= end - 1e-6 for each, end in zip(whole, ends, strict=False))
    assert all(len(each.samples) <= (LONGEST + 1) * FRAME_BYTES for each in whole)


def test_what_is_being_said_can_be_had_before_it_ends() -> None:
    pauses = Pauses()
    likelihoods = [SILENCE] * 20 + [SPEECH] * 10
    assert pauses.current is None
    assert pauses.add(sound(likelihoods), likelihoods) == []
    assert pauses.current
    assert pauses.current.seconds == pytest.approx((10 + MARGIN) * FRAME_S)


def utterance(start: float, seconds: float) -> Utterance:
    return Utterance(start, bytes(round(seconds * 16_000) * 2))


def test_pieces_are_filled_and_places_in_them_are_found_in_the_recording() -> None:
    pieces = Pieces(longest_s=10)
    assert pieces.add(utterance(5, 4)) is None
    assert pieces.add(utterance(60, 4)) is None
    full = pieces.add(utterance(100, 8))
    assert full
    assert full.seconds == 8
    assert [full.at(second) for second in (0, 1, 4, 7.5)] == [5, 6, 60, 63.5]
    assert full.at(4, is_end=True) == 9
    assert full.at(9.5, is_end=True) == 64  # no place lies after the end
    [last] = pieces.end()
    assert last.at(1) == 101
    assert list(pieces.end()) == []


def test_a_piece_ends_at_the_longest_of_its_last_pauses() -> None:
    pieces = Pieces(longest_s=10, spared_s=5)
    starts = (0, 3.1, 6.9, 9.1)  # of utterances of two seconds: the pause before the third is long
    assert [pieces.add(utterance(start, 2)) for start in starts] == [None] * 4
    full = pieces.add(utterance(11.2, 3))
    assert full
    assert (full.seconds, full.end) == (4, 5.1)
    [last] = pieces.end()
    assert (last.seconds, last.starts[0]) == (7, 6.9)


def test_what_a_piece_leaves_over_has_room_for_what_follows() -> None:
    pieces = Pieces(longest_s=10, spared_s=5)
    assert [pieces.add(utterance(start, 4)) for start in (0, 9)] == [None] * 2
    full = pieces.add(utterance(13.1, 9))
    assert full
    assert full.seconds == 8
