from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.errors import SourceRefused
from app.knowledge.drafts import Wanted
from app.knowledge.embedding import Embedding
from app.knowledge.library import Library, Options
from tests.fakes import embedding as fake
from tests.knowledge import files
from tests.knowledge.libraries import LONG_S, READ_IN_CHILD, opened, until
from tests.knowledge.site import Site


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = opened(tmp_path / "data", poll_s=0.1)
    yield library
    library.close()


def names(library: Library, question: str) -> list[str]:
    return [passage.name for passage in library.search(question)]


def test_a_document_is_found_by_its_words_then_by_its_meaning(library: Library):
    job = library.add("zoo.pdf", files.pdf([[(12, "Zebras eat grass")], [(12, "Lions do not")]]))
    assert job.state == "waiting"
    job = library.wait(job, LONG_S)
    (passage,) = library.search("what do zebras eat")
    assert (passage.name, passage.document) == ("zoo.pdf", job.document)
    job = library.wait(job, LONG_S, searchable=False)
    assert job.state == "done"
    assert library.progress([job])[0].share == 1.0
    (passage,) = library.search("zebras eat grass")
    assert passage.similarity is not None
    original = library.original(passage.document)
    assert original is not None
    assert original.read_bytes().startswith(b"%PDF")


def test_what_cannot_be_read_is_reported(library: Library):
    job = library.wait(library.add("broken.pdf", b"%PDF-1.4 broken"), LONG_S)
    assert job.state == "failed"
    assert job.problem is not None
    assert "damaged" in job.problem.message.en
    assert job.document is not None
    document = library.documents.get(job.document)
    assert document is not None
    assert document.report.refused == job.problem


def test_a_known_content_is_not_taken_in_twice(library: Library):
    first = library.wait(library.add("a.txt", b"zebras eat grass"), LONG_S)
    again = library.add("a.txt", b"zebras eat grass")
    other = library.add("b.txt", b"zebras eat grass", Wanted(tags=("copy",)))
    assert (again.state, again.document) == ("done", first.document)
    assert (other.state, other.document) == ("done", first.document)
    assert library.documents.count() == 1
    assert len(library.documents.chosen(tags=["copy"]) or []) == 1


def test_a_new_version_takes_the_place_of_the_old_one(library: Library):
    first = library.wait(library.add("a.txt", b"zebras eat grass"), LONG_S)
    second = library.wait(library.add("a.txt", b"lions eat zebra"), LONG_S)
    assert second.document == first.document
    assert library.documents.count() == 1
    assert names(library, "lions") == ["a.txt"]
    assert all("grass" not in passage.text for passage in library.search("grass"))


def test_a_removed_document_is_gone_at_once_and_its_vectors_soon(library: Library):
    job = library.wait(library.add("a.txt", b"zebras eat grass"), LONG_S, searchable=False)
    assert job.document is not None
    assert library.remove(job.document)
    assert names(library, "zebras") == []
    assert library.documents.get(job.document) is None
    until(lambda: library.state().vectors == 0)


def test_a_folder_is_followed(library: Library, tmp_path: Path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("zebras eat grass")
    (folder / "b.txt").write_text("lions sleep long")
    jobs = library.add_path(folder, watch=True)
    for job in jobs:
        library.wait(job, LONG_S)
    (folder / "c.txt").write_text("tigers swim well")
    until(lambda: names(library, "tigers swim")[:1] == ["c.txt"])
    uid = library.search("tigers swim")[0].document
    (folder / "c.txt").rename(folder / "moved.txt")
    until(lambda: names(library, "tigers swim")[:1] == ["moved.txt"])
    assert library.search("tigers swim")[0].document == uid
    (folder / "a.txt").write_text("zebras drink water")
    until(lambda: "water" in library.search("zebras")[0].text)
    (folder / "b.txt").unlink()
    until(lambda: "b.txt" not in names(library, "lions sleep"))


def test_what_changed_in_a_folder_while_nobody_looked_is_noticed(tmp_path: Path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("zebras eat grass")
    (folder / "b.txt").write_text("lions sleep long")
    library = opened(tmp_path / "data", poll_s=0.1)
    for job in library.add_path(folder, watch=True):
        library.wait(job, LONG_S)
    library.close()
    (folder / "a.txt").unlink()
    (folder / "c.txt").write_text("tigers swim well")
    library = opened(tmp_path / "data", poll_s=0.1)
    until(lambda: "c.txt" in names(library, "tigers"))
    until(lambda: "a.txt" not in names(library, "zebras"))
    library.close()


def test_a_path_that_is_not_there_is_refused(library: Library, tmp_path: Path):
    with pytest.raises(SourceRefused, match="no file or folder"):
        library.add_path(tmp_path / "nothing")


def test_a_folder_is_answered_for_before_its_files_are_looked_at(tmp_path: Path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a.txt", "copy.txt", "gone.txt"):
        (folder / name).write_text("zebras eat grass")
    library = Library(Options(tmp_path / "data", READ_IN_CHILD))
    jobs = library.add_path(folder)
    assert [job.state for job in jobs] == ["waiting"] * 3
    assert [job.uid for job in library.add_path(folder)] == [job.uid for job in jobs]
    (folder / "gone.txt").unlink()
    library.start()
    over = [library.wait(job, LONG_S) for job in jobs]
    assert [job.state for job in over] == ["done", "done", "failed"]
    assert over[0].document == over[1].document  # the same content, whoever was first
    assert over[2].problem is not None
    assert "not there any more" in over[2].problem.message.en
    again = library.wait(library.add_path(folder / "a.txt")[0], LONG_S)
    assert (again.state, again.document) == ("done", over[0].document)
    library.close()


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text")
def test_a_file_whose_name_is_no_text_is_taken_in_too(library: Library, tmp_path: Path):
    path = tmp_path / os.fsdecode(b"caf\xe9 100% #1.txt")
    path.write_text("zebras eat grass")
    job = library.wait(library.add_path(path)[0], LONG_S)
    assert library.search("zebras")[0].name == "caf\ufffd 100% #1.txt"
    assert job.problem is None


def test_a_site_is_read_to_a_depth_and_each_page_once(library: Library):
    pages = {
        "/": "<title>Home</title><p>zebras</p><a href=/one>1</a><a href=/>self</a>",
        "/one": "<title>One</title><p>lions</p><a href=/two>2</a><a href=http://127.0.0.2/>x</a>",
        "/two": "<title>Two</title><p>tigers</p>",
    }
    with Site(pages) as site:
        job = library.add_address(site.address, depth=1, private_allowed=True)
        assert library.wait(job, LONG_S).state in ("embedding", "done")
        until(lambda: not library.jobs.listed())
    assert names(library, "zebras")[:1] == ["Home"]
    assert names(library, "lions")[:1] == ["One"]
    assert library.documents.count() == 2
    assert site.visited.count("/") == 1


def test_a_private_address_is_refused_with_a_reason(library: Library):
    with Site({"/": "secret"}) as site:
        job = library.wait(library.add_address(site.address), LONG_S)
    assert job.state == "failed"
    assert job.problem is not None
    assert "Allow private addresses" in job.problem.message.en
    assert "内网地址" in job.problem.message.zh
    assert site.visited == []


class Gate:
    """An embedding that waits until it is let through."""

    def __init__(self) -> None:
        self.open = threading.Event()

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.open.wait(LONG_S)
        return fake.embed(texts)


def test_a_job_can_be_cancelled_while_its_vectors_are_made(tmp_path: Path):
    gate = Gate()
    library = opened(tmp_path, Embedding("gate", gate.embed, len))
    job = library.wait(library.add("a.txt", b"zebras eat grass"), LONG_S)
    assert job.state == "embedding"
    assert 0 < library.progress([job])[0].share < 1
    stopped = library.cancel(job.uid)
    assert stopped is not None
    assert stopped.state == "cancelled"
    assert library.documents.count() == 0
    gate.open.set()
    library.close()


def test_vectors_are_made_anew_for_another_model(tmp_path: Path):
    library = opened(tmp_path)
    library.wait(library.add("a.txt", b"zebras eat grass"), LONG_S, searchable=False)
    library.close()
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> list[list[float]]:
        asked.extend(texts)
        return fake.embed(texts)

    library = opened(tmp_path, Embedding("another", embed, len))
    until(lambda: bool(asked) and library.state().vectors == 1)
    library.close()
    assert asked == ["passage: a.txt\nzebras eat grass"]
