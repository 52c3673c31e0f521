from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.knowledge.documents import Document
from app.knowledge.drafts import Wanted
from app.knowledge.library import Library
from tests.knowledge.libraries import LONG_S, opened


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = opened(tmp_path / "data")
    yield library
    library.close()


def added(library: Library, name: str, words: str, wanted: Wanted | None = None) -> Document:
    job = library.wait(library.add(name, words.encode(), wanted), LONG_S)
    document = library.documents.get(job.document or "")
    assert document is not None
    return document


def test_labels_are_told_and_replaced(library: Library) -> None:
    animals, plants = (library.collections.create(name) for name in ("animals", "plants"))
    wanted = Wanted((animals.uid,), ("wild", "old"))
    zebra = added(library, "zebra.txt", "zebras eat grass", wanted)
    other = added(library, "other.txt", "nothing in particular")
    label, none = library.labels.of([zebra, other])
    assert label.collections == ((animals.uid, "animals"),)
    assert (label.tags, none.tags) == (("old", "wild"), ())
    assert library.labels.put(zebra.uid, [plants.uid], ["new", "new"])
    [label] = library.labels.of([zebra])
    assert (label.collections, label.tags) == (((plants.uid, "plants"),), ("new",))
    assert library.labels.put(zebra.uid, tags=[])
    [label] = library.labels.of([zebra])
    assert (label.collections, label.tags) == (((plants.uid, "plants"),), ())
    assert not library.labels.put("doc-none", tags=["x"])


def test_the_document_of_a_job_is_known_before_it_is_read(library: Library) -> None:
    job = library.add("zebra.txt", b"zebras eat grass")
    expected = job.new_document
    assert library.jobs.making(expected) is not None
    done = library.wait(job, LONG_S, searchable=False)
    assert done.document == expected
    assert [each.uid for each in library.jobs.ended()] == [job.uid]
    again = library.add("other.txt", b"zebras eat grass")
    assert again.document == expected


def test_a_documents_pages_and_the_chunks_around_one_are_told(library: Library) -> None:
    text = "\n\n".join(f"# Part {n}\n\n" + f"word{n} " * 400 for n in range(4))
    document = added(library, "long.md", text)
    [passage] = library.search("word1", 1)
    before, after = library.contents.around(passage.chunks[:1], 1)
    assert len(before) <= 1
    assert "word" in after[0]
    assert library.contents.pages(document.uid) == ()
    assert library.contents.pages("doc-none") == ()
