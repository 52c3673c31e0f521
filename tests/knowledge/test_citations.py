from __future__ import annotations

from app.knowledge.citations import cite
from app.knowledge.retrieval import Passage


def passage(text: str, start: int = 0, page_starts: tuple[tuple[int, int], ...] = ()) -> Passage:
    return Passage(
        document="doc-1",
        name="policy.pdf",
        source="upload:policy.pdf",
        chunks=(1,),
        text=text,
        path=(),
        pages=page_starts,
        start=start,
        end=start + len(text),
        score=1.0,
        words=1.0,
        similarity=None,
    )


POLICY = passage(
    "Employees below Grade 7 accrue 23 days of paid annual leave per calendar year. "
    "Carried days expire on 31 March. Sick leave is paid at 100 percent for 12 weeks.",
    start=1000,
    page_starts=((1000, 4), (1079, 5)),
)


def test_a_sentence_is_cited_with_its_place():
    answer = "Hello! Carried days expire on 31 March."
    (citation,) = cite(answer, [POLICY])
    assert answer[citation.start : citation.end] == "Carried days expire on 31 March."
    text = POLICY.text[citation.source_start - 1000 : citation.source_end - 1000]
    assert text == "Carried days expire on 31 March."
    assert (citation.document, citation.page, citation.strength) == ("doc-1", 5, 1.0)


def test_other_words_for_the_same_are_still_cited():
    (citation,) = cite("They get 23 days of annual leave, paid, per calendar year.", [POLICY])
    assert citation.source_start == 1000
    assert citation.page == 4


def test_another_number_is_no_proof():
    assert not cite("Carried days expire on 30 April.", [POLICY])


def test_what_the_passages_do_not_say_is_not_cited():
    assert not cite("The office in Gothenburg has a sauna for all employees.", [POLICY])


def test_chinese_sentences_are_cited():
    passages = [
        passage("固始站是宁西铁路上的车站，位于河南省固始县段集镇。车站建于2003年。"),
        passage("漠河机场可满足年旅客吞吐量12万人次。"),
    ]
    answer = "漠河机场的年旅客吞吐量是12万人次。固始站位于河南省固始县段集镇。谢谢。"
    found = cite(answer, passages)
    assert [citation.passage for citation in found] == [1, 0]
    assert answer[found[1].start : found[1].end] == "固始站位于河南省固始县段集镇。"


def test_a_sentence_that_two_neighbours_bear_out_is_cited_over_both():
    answer = "Carried days expire on 31 March and sick leave is paid at 100 percent for 12 weeks."
    (citation,) = cite(answer, [POLICY])
    assert citation.source_end - citation.source_start > 70


def test_the_best_of_several_passages_is_cited():
    worse = passage("Carried days may expire in March of some years, or on other days.")
    (citation,) = cite("Carried days expire on 31 March.", [worse, POLICY])
    assert citation.passage == 1
