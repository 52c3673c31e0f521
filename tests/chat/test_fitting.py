from __future__ import annotations

from app.chat.fitting import LEAST_PER_PASSAGE, MOST_PER_PASSAGE, best_part, fitted
from tests.chat.passages import passage


def words(text: str) -> int:
    return len(text.split())


LONG = " ".join(f"Sentence {n} says nothing at all about it." for n in range(60))


def test_what_fits_stays_whole_and_in_order() -> None:
    found = [passage("Zebras eat grass."), passage("Lions eat zebras.")]
    assert fitted(found, "zebras", 1000, words, 10) == found


def test_what_does_not_fit_is_left_out_from_the_end() -> None:
    found = [passage("word " * 100), passage("other " * 100), passage("third " * 100)]
    assert fitted(found, "word", 250, words, 10) == found[:2]
    assert fitted(found, "word", LEAST_PER_PASSAGE + 9, words, 10) == []


def test_of_a_long_passage_the_part_about_the_question_is_kept() -> None:
    text = f"{LONG} Zebras eat grass in the morning. {LONG}"
    whole = passage(text, start=50, pages=((50, 3), (50 + len(LONG), 4)))
    part = best_part(whole, "What do zebras eat in the morning?", 40, words)
    assert "Zebras eat grass" in part.text
    assert words(part.text) <= 40
    assert text[part.start - 50 : part.end - 50] == part.text
    assert part.pages[0] == (part.start, 3)
    assert part.first_page in (3, 4)


def test_no_passage_takes_all_the_room() -> None:
    found = [passage(LONG), passage("Zebras eat grass.")]
    first, second = fitted(found, "zebras", 10_000, words, 10)
    assert words(first.text) <= MOST_PER_PASSAGE
    assert second.text == "Zebras eat grass."


def test_a_sentence_that_is_too_long_by_itself_is_cut() -> None:
    part = best_part(passage("word " * 500, start=7), "word", 100, words)
    assert 50 < words(part.text) <= 100
    assert (part.start, part.end) == (7, 7 + len(part.text))
