from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import VectorsFailed
from app.knowledge.block import Block
from app.knowledge.chunks import cut
from app.knowledge.contents import Contents
from app.knowledge.database import Database
from app.knowledge.documents import Document, Documents
from app.knowledge.drafts import Draft
from app.knowledge.report import Report
from app.knowledge.retrieval import Hit, Retrieval, joined
from app.language import Text
from tests.fakes.embedding import hashed_embedding


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "documents.db")
    yield database
    database.close()


def kept(database: Database, name: str, *paragraphs: str) -> Document:
    blocks = [Block("paragraph", text, page=at) for at, text in enumerate(paragraphs, 1)]
    report = Report("text", characters=sum(map(len, paragraphs)))
    draft = Draft(f"test:{name}", name, "00", 1, report, list(cut(blocks)))
    return Documents(database).put(draft)


def test_a_passage_is_found_by_its_words_in_chinese_and_english(database: Database):
    kept(database, "zh.txt", "固始站位于河南省固始县段集镇，是宁西铁路上的一个车站。")
    kept(database, "en.txt", "Carried days expire on 31 March and are not paid out.")
    retrieval = Retrieval(database)
    assert retrieval.search("固始站在哪里？")[0].name == "zh.txt"
    assert retrieval.search("When do carried days expire?")[0].name == "en.txt"


def test_a_single_character_is_found(database: Database):
    kept(database, "cattle.txt", "草原上有许多牛和羊。")
    kept(database, "other.txt", "城市里有许多汽车。")
    assert [passage.name for passage in Retrieval(database).search("牛")] == ["cattle.txt"]


def test_a_passage_says_where_it_stands(database: Database):
    document = kept(database, "a.txt", "first page words", "second page speaks of zebras")
    (passage,) = Retrieval(database).search("zebras")
    assert (passage.first_page, passage.last_page) == (1, 2)
    text = Contents(database).text(document.uid)
    assert text[passage.start : passage.end] == passage.text


def test_only_the_chosen_documents_are_searched(database: Database):
    one = kept(database, "one.txt", "zebras here")
    kept(database, "two.txt", "zebras there")
    found = Retrieval(database).search("zebras", documents=[one.id])
    assert [passage.name for passage in found] == ["one.txt"]
    assert not Retrieval(database).search("zebras", documents=[])


def test_a_removed_document_is_found_no_more_at_once(database: Database):
    gone = kept(database, "gone.txt", "zebras here")
    kept(database, "stays.txt", "zebras there")
    documents = Documents(database)
    assert documents.remove(gone.uid)
    assert [passage.name for passage in Retrieval(database).search("zebras")] == ["stays.txt"]
    assert documents.purge()
    assert not documents.purge()
    assert [passage.name for passage in Retrieval(database).search("zebras")] == ["stays.txt"]


def test_neighbouring_hits_become_one_passage(database: Database):
    kept(database, "long.txt", *(f"zebra number {n}. " + "filler " * 300 for n in range(3)))
    (passage,) = Retrieval(database).search("zebra number")
    assert len(passage.chunks) == 3


def test_hits_are_joined_with_their_neighbours_only():
    hits = [Hit(c, 1, ordinal, 1.0, 1.0, None) for c, ordinal in enumerate([4, 9, 5, 3, 20])]
    groups = [[hit.ordinal for hit in group] for group in joined(hits, 2)]
    assert groups == [[3, 4, 5], [9]]


class BrokenVectors:
    def nearest(self, *_: object) -> list[tuple[int, float]]:
        raise VectorsFailed(Text("broken", "坏了"))


def test_words_are_found_while_the_store_of_vectors_is_broken(database: Database):
    kept(database, "a.txt", "zebras here")
    retrieval = Retrieval(database, {"narrow": BrokenVectors()}, hashed_embedding())  # type: ignore[arg-type]
    assert retrieval.search("zebras")


def test_a_reranker_has_the_last_word(database: Database):
    kept(database, "one.txt", "zebras zebras zebras")
    kept(database, "two.txt", "zebras and much else that is said about animals")
    by_length = Retrieval(database, rerank=lambda _, texts: [float(len(text)) for text in texts])
    assert [passage.name for passage in by_length.search("zebras")] == ["two.txt", "one.txt"]


def test_a_question_without_words_finds_nothing(database: Database):
    kept(database, "a.txt", "zebras here")
    assert Retrieval(database).search("?! …") == []
