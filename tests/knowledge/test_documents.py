from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.knowledge import drafts
from app.knowledge.block import Block
from app.knowledge.chunks import cut
from app.knowledge.collections import Collections
from app.knowledge.contents import Contents
from app.knowledge.database import Database
from app.knowledge.documents import Documents
from app.knowledge.drafts import Draft, Wanted
from app.knowledge.report import Problem, Report


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "documents.db")
    yield database
    database.close()


def draft(*paragraphs: str, source: str = "upload:a", wanted: Wanted | None = None) -> Draft:
    chunks = list(cut([Block("paragraph", text) for text in paragraphs]))
    report = Report("text", 1, 0, 10, (Problem("page", page=3),))
    return Draft(source, "a.txt", "hash", 10, report, chunks, wanted or Wanted())


def chunk_ids(database: Database) -> list[int]:
    return [row["id"] for row in database.reading.execute("SELECT id FROM chunks ORDER BY ordinal")]


LONG = [f"Paragraph {n} has its own words. " + "filler " * 320 for n in range(4)]


def test_a_document_comes_back_as_it_was_put(database: Database):
    documents = Documents(database)
    put = documents.put(draft("some words"))
    assert documents.get(put.uid) == put
    assert documents.of_source("upload:a") == put
    assert put.report.problems == (Problem("page", page=3),)
    assert Contents(database).text(put.uid) == "some words"


def test_a_changed_document_keeps_the_chunks_that_did_not_change(database: Database):
    documents = Documents(database)
    first = documents.put(draft(*LONG))
    before = chunk_ids(database)
    changed = [LONG[0], "A new paragraph. " + "other " * 330, *LONG[2:]]
    second = documents.put(draft(*changed))
    after = chunk_ids(database)
    assert second.uid == first.uid
    assert [at for at, chunk in enumerate(after) if chunk not in before] == [1]
    forgotten = [row["chunk"] for row in database.reading.execute("SELECT chunk FROM forgotten")]
    assert forgotten == [before[1]]
    assert Contents(database).text(second.uid) == "\n\n".join(changed)


def test_nothing_is_kept_of_a_document_whose_transaction_fails(database: Database):
    def put_in_vain() -> None:
        with database.writing() as connection:
            drafts.put(connection, draft("some words"))
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        put_in_vain()
    assert Documents(database).count() == 0
    assert chunk_ids(database) == []


def test_documents_are_chosen_by_collection_tag_and_uid(database: Database):
    documents, collections = Documents(database), Collections(database)
    home = collections.create("home", {"colour": "blue"})
    one = documents.put(draft("one", source="1", wanted=Wanted((home.uid,), ("tax",))))
    two = documents.put(draft("two", source="2", wanted=Wanted((home.uid,))))
    documents.put(draft("three", source="3"))
    assert documents.chosen() is None
    assert documents.chosen(collections=[home.uid]) == [one.id, two.id]
    assert documents.chosen(collections=[home.uid], tags=["tax"]) == [one.id]
    assert documents.chosen(uids=[two.uid], tags=["tax"]) == []
    assert [document.uid for document in documents.listed(home.uid)] == [one.uid, two.uid]


def test_a_collection_counts_its_documents_and_leaves_them_when_it_goes(database: Database):
    documents, collections = Documents(database), Collections(database)
    home = collections.named("home")
    assert collections.named("home") == home
    put = documents.put(draft("one", wanted=Wanted((home.uid,))))
    assert [collection.documents for collection in collections.listed()] == [1]
    assert collections.leave(home.uid, put.uid)
    assert not collections.leave(home.uid, put.uid)
    documents.describe(put.uid, Wanted((home.uid,), metadata={"year": 2024}))
    assert collections.remove(home.uid)
    assert collections.listed() == []
    found = documents.get(put.uid)
    assert found is not None
    assert found.metadata == {"year": 2024}


def test_the_place_of_a_removed_document_is_free_again(database: Database):
    documents = Documents(database)
    first = documents.put(draft("old words"))
    assert documents.remove(first.uid)
    assert not documents.remove(first.uid)
    second = documents.put(draft("new words"))
    assert second.uid != first.uid
    while documents.purge():
        pass
    assert documents.count() == 1
    assert len(chunk_ids(database)) == 1
