from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.knowledge.sentences import spans


def cut(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in spans(text)]


def test_chinese_and_english_sentences_end_where_they_end():
    assert cut("今天下雨。你来吗？Yes. It rains!") == [
        "今天下雨。",
        "你来吗？",
        "Yes.",
        "It rains!",
    ]


def test_a_point_inside_a_number_or_a_name_ends_nothing():
    assert cut("It is 3.14 by Dr. Who. Next") == ["It is 3.14 by Dr. Who.", "Next"]


def test_a_closing_quotation_mark_belongs_to_its_sentence():
    assert cut("他说：“好。”然后走了。") == ["他说：“好。”", "然后走了。"]


def test_marks_of_markdown_end_with_their_sentence():
    assert cut("**So it is.** And _then!_ Next") == ["**So it is.**", "And _then!_", "Next"]
    assert cut("**重点。** 其次。*第三*") == ["**重点。**", "其次。", "*第三*"]


@given(st.text("ab。.!? \n", max_size=60))
def test_sentences_cover_everything_that_is_said(text: str):
    found = list(spans(text))
    assert "".join("".join(text[a:b].split()) for a, b in found) == "".join(text.split())
    assert all(a[1] <= b[0] for a, b in pairwise(found))
