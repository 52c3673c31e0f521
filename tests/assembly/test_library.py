from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.assembly.claim import Claim
from app.assembly.library import DATABASE, FOLDER, Opening, library, reading_command
from app.bundle.directory import Entry
from app.bundle.page import PageFiles
from app.bundle.parts import Parts
from app.engine.embedding import Embedder
from app.errors import Cancelled, LibraryFailed
from app.knowledge.extraction.extractor import Extractor
from app.settings import OPTIONS, Settings, Surroundings, of_arguments, read_settings
from tests.fakes.embedder import EMBEDDING_FACTS, ScriptedEmbedding, scripted_embedder

LONG_S = 60.0
EMBEDDING = Entry("e.gguf", "embedding", 0, 1, "ab" * 32, "Scripted")


def settings_of(tmp_path: Path, *arguments: str) -> Settings:
    around = Surroundings(tmp_path / "assistant", (), {"HOME": str(tmp_path)})
    return read_settings(of_arguments(arguments, OPTIONS).given, around)


def parts_of(tmp_path: Path) -> Parts:
    return Parts(None, "", tmp_path, PageFiles.none(), (), "test", (EMBEDDING,))


def test_a_document_is_read_in_a_child_and_found(tmp_path: Path) -> None:
    settings, found = settings_of(tmp_path, "--data", str(tmp_path)), parts_of(tmp_path)
    facts = replace(EMBEDDING_FACTS, most_tokens=4096)
    embedder = scripted_embedder(ScriptedEmbedding(facts))
    with library(settings, found, embedder) as documents:
        assert documents is not None
        job = documents.add("note.md", b"# Fruit\n\nThe quince is golden.")
        assert documents.wait(job, LONG_S, searchable=False).state == "done"
        assert documents.state().vectors == 1
        (passage,) = documents.search("quince")
        assert "golden" in passage.text
    assert (tmp_path / FOLDER / DATABASE).exists()


@pytest.mark.parametrize("arguments", [(), ("--no-documents",)])
def test_without_a_data_folder_or_switched_off_there_is_none(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    settings = settings_of(tmp_path, *arguments)
    settings = settings if arguments else replace(settings, data=None)
    with library(settings, parts_of(tmp_path), None) as documents:
        assert documents is None


def test_until_someone_needs_them_nothing_is_opened_or_made(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "--data", str(tmp_path / "data"))
    with library(settings, parts_of(tmp_path), None):
        pass
    assert not (tmp_path / "data").exists()


def test_where_there_are_documents_they_open_by_themselves_once_it_is_time(tmp_path: Path) -> None:
    settings, found = settings_of(tmp_path, "--data", str(tmp_path)), parts_of(tmp_path)
    with library(settings, found, None) as documents:
        assert documents is not None
        documents.collections.listed()
    started = threading.Event()

    def ready() -> None:
        started.set()

    with library(settings, found, None, ready=ready):
        assert started.wait(LONG_S)


def test_what_finds_meanings_is_loaded_once_they_are_open(tmp_path: Path) -> None:
    settings, found = settings_of(tmp_path, "--data", str(tmp_path)), parts_of(tmp_path)
    with library(settings, found, None) as documents:
        assert documents is not None
        documents.collections.listed()
    embedder = Embedder(lambda report: ScriptedEmbedding(), at_once=False)
    with library(settings, found, embedder):
        assert embedder.wait_ready(LONG_S)


def test_a_folder_that_cannot_be_used_is_an_error_of_the_documents_alone(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_bytes(b"a file where the folder should be")
    settings = settings_of(tmp_path, "--data", str(tmp_path))
    with library(settings, parts_of(tmp_path), None) as documents:
        assert documents is not None
        for _ in range(2):
            with pytest.raises(LibraryFailed, match="--data FOLDER"):
                documents.state()


def test_a_damaged_database_is_put_aside_and_that_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / DATABASE).write_bytes(b"not a database" * 1000)
    settings = settings_of(tmp_path, "--data", str(tmp_path))
    with library(settings, parts_of(tmp_path), None) as documents:
        assert documents is not None
        assert documents.state().documents == 0
    (aside,) = (tmp_path / FOLDER).glob(f"{DATABASE}.damaged-*")
    assert aside.read_bytes().startswith(b"not a database")
    assert aside.name in caplog.text


def test_a_folder_that_another_program_has_is_told_until_that_ends(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "--data", str(tmp_path))
    other = Claim(tmp_path / FOLDER)
    assert other.tell("http://127.0.0.1:8080/")
    with library(settings, parts_of(tmp_path), None) as documents:
        assert documents is not None
        with pytest.raises(LibraryFailed, match=r"http://127\.0\.0\.1:8080/"):
            documents.state()
        other.release()
        assert documents.state().documents == 0


def test_it_is_opened_once_however_many_need_it_and_not_after_its_end() -> None:
    opened: list[Any] = []

    class Scripted:
        closed = False
        documents = "these"

        def close(self) -> None:
            self.closed = True

    def open_library() -> Any:
        opened.append(Scripted())
        return opened[-1]

    opening = Opening(open_library, lambda: False)
    assert not opening.kept
    assert opened == []
    asking = [threading.Thread(target=lambda: opening.documents) for _ in range(8)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(opened) == 1
    assert opening.kept
    opening.close()
    assert opened[0].closed
    with pytest.raises(Cancelled):
        _ = opening.documents


def test_the_program_reads_files_as_its_own_child(tmp_path: Path) -> None:
    file = tmp_path / "note.html"
    file.write_text("<h1>Fruit</h1><p>Quinces.</p>", encoding="utf-8")
    with closing(Extractor(reading_command(1))) as extractor:
        extraction = extractor.extract(file, file.name)
    assert [block.text for block in extraction.blocks] == ["Fruit", "Quinces."]
    assert not extraction.report.problems
