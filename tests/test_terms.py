from __future__ import annotations

from app.terms import coverage, match_expression, of_query, of_text


def test_writing_without_spaces_is_kept_as_pairs_and_single_characters():
    found = of_text("北大西洋 公约")
    assert found.words == ["北大", "大西", "西洋", "公约"]
    assert found.characters == list("北大西洋公约")


def test_words_lose_case_and_width():
    assert of_text("Ｈｅｌｌｏ World_2").words == ["hello", "world", "2"]


def test_a_number_is_one_term_however_it_is_grouped():
    assert of_text("$45,000,000 at 9.2 bar").words == ["45000000", "at", "9_2", "bar"]


def test_what_questions_are_made_of_is_not_looked_for():
    assert of_query("What is the total price?").words == ["total", "price"]
    assert of_query("固始站位于哪里？").words == ["固始", "始站", "站位", "位于", "于哪"]
    assert of_query("what is it").words == ["what", "is", "it"]  # better than nothing


def test_a_single_character_alone_is_looked_for_among_characters():
    assert of_query("牛").characters == ["牛"]


def test_of_many_terms_the_rarest_are_looked_for():
    expression = match_expression(of_query(" ".join(f"word{n}" for n in range(40))), _number)
    assert '"word0"' in expression
    assert '"word39"' not in expression


def test_a_term_that_is_nearly_everywhere_is_left_out_beside_rarer_ones():
    frequent = {"report": 900_000, "zebra": 3, "quagga": 2}
    expression = match_expression(of_query("zebra report quagga"), frequent.__getitem__)
    assert expression == 'words : "quagga" OR words : "zebra"'
    assert "report" in match_expression(of_query("report"), frequent.__getitem__)


def _number(word: str) -> int:
    return int(word.removeprefix("word"))


def test_coverage_is_the_share_of_the_questions_words():
    wanted = of_query("annual leave days accrued")
    assert coverage(wanted, "23 days of paid annual leave accrue") == 1.0
    assert coverage(wanted, "annual report") == 0.25
    assert coverage(of_query("年假有多少天"), "Annual leave") == 0.0
