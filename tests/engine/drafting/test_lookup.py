from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.engine.drafting.lookup import PromptLookup, continued


def draft(text: str, length: int = 8) -> str:
    tokens = text.encode()
    match = PromptLookup().match(tokens)
    return bytes(continued(tokens, match, length)).decode() if match else ""


def test_what_followed_before_is_guessed_to_follow_again() -> None:
    assert draft("one two three, one two ", 5) == "three"


def test_three_tokens_must_agree() -> None:
    assert draft("abXabYab") == ""
    assert draft("ab") == ""


def test_of_several_places_the_one_that_agrees_longest_is_taken() -> None:
    assert draft("red apple is good. pie apple is hot. red apple is ", 4) == "good"


def test_what_repeats_itself_goes_on_repeating_itself() -> None:
    assert draft("ababab", 7) == "abababa"


def test_a_match_says_how_many_tokens_agree() -> None:
    match = PromptLookup().match(b"0 the cat sat. 1 the cat ")
    assert match
    assert (match.place, match.agreement) == (10, len(" the cat "))


@given(st.lists(st.integers(0, 2), max_size=60), st.integers(0, 9))
def test_an_index_that_grew_with_the_answer_finds_the_same(tokens: list[int], length: int) -> None:
    grown = PromptLookup()
    for end in range(len(tokens) + 1):
        match = grown.match(tokens[:end])
        assert match == PromptLookup().match(tokens[:end])
        if match:
            assert tokens[match.place - 3 : match.place] == tokens[end - 3 : end]
            assert len(continued(tokens[:end], match, length)) == length
