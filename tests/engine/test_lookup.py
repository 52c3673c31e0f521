from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.engine.lookup import PromptLookup


def draft(text: str, most: int = 8) -> str:
    return bytes(PromptLookup().draft(text.encode(), most)).decode()


def test_what_followed_before_is_guessed_to_follow_again() -> None:
    assert draft("one two three, one two ", 5) == "three"


def test_three_tokens_must_agree() -> None:
    assert draft("abXabYab") == ""
    assert draft("ab") == ""
    assert draft("abc", 0) == ""


def test_of_several_places_the_one_that_agrees_longest_is_taken() -> None:
    assert draft("red apple is good. pie apple is hot. red apple is ", 4) == "good"


def test_what_repeats_itself_goes_on_repeating_itself() -> None:
    assert draft("ababab", 7) == "abababa"


def test_the_index_grows_with_the_answer() -> None:
    lookup = PromptLookup()
    tokens = list(b"the cat sat. ")
    assert lookup.draft(tokens, 4) == []
    tokens += b"the "
    assert bytes(lookup.draft(tokens, 3)) == b"cat"


@given(st.lists(st.integers(0, 2), max_size=60), st.integers(0, 9))
def test_a_guess_always_has_the_asked_length_or_none(tokens: list[int], most: int) -> None:
    grown = PromptLookup()
    for end in range(len(tokens) + 1):
        found = grown.draft(tokens[:end], most)
        assert len(found) in (0, most)
        assert found == PromptLookup().draft(tokens[:end], most)
