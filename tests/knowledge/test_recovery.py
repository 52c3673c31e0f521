from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.errors import VectorsFailed
from app.knowledge import embedder, ingestion, keeping
from app.knowledge.drafts import Wanted
from app.knowledge.library import CHROMA, DATABASE, Library
from app.knowledge.vectors import embedded
from app.knowledge.vectors.embedded import Client, EmbeddedVectors
from app.knowledge.vectors.soundness import HEADER, MOST_OPENINGS, flaw, note_opening
from app.knowledge.vectors.store import CONFIGURATION, Place, Vector
from tests.knowledge.libraries import LONG_S, opened, until

ZEBRAS, PANDAS = b"Zebras eat grass in the sun.", b"Pandas eat bamboo in the shade."


def filled(folder: Path) -> dict[str, str]:
    """Documents with their vectors; their ids by name."""
    library = opened(folder)
    group = library.collections.create("animals")
    wanted = Wanted(collections=(group.uid,), tags=("zoo",))
    jobs = {
        "zebras.txt": library.add("zebras.txt", ZEBRAS, wanted),
        "pandas.txt": library.add("pandas.txt", PANDAS),
    }
    found = {}
    for name, job in jobs.items():
        done = library.wait(job, LONG_S, searchable=False)
        assert done.document
        found[name] = done.document
    library.close()
    return found


def named(library: Library, question: str, **chosen: list[str]) -> list[str]:
    return [each.name for each in library.search(question, **chosen)]  # type: ignore[arg-type]


def test_documents_are_made_anew_from_their_originals_with_all_that_was_said_of_them(
    tmp_path: Path,
) -> None:
    ids = filled(tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET rootpage = 9999 WHERE name = 'chunks'")
        connection.commit()
    library = opened(tmp_path)
    assert library.aside is not None
    until(lambda: library.documents.count() == 2 and library.waiting == 0)
    assert named(library, "what eats bamboo")[0] == "pandas.txt"
    (group,) = library.collections.listed()
    (zebras,) = library.search("zebras grass", collections=[group.uid], tags=["zoo"])
    assert (zebras.name, zebras.document) == ("zebras.txt", ids["zebras.txt"])
    assert zebras.similarity is not None
    library.close()


def test_documents_come_back_also_where_nothing_of_their_database_can_be_read(
    tmp_path: Path,
) -> None:
    filled(tmp_path)
    (tmp_path / DATABASE).write_bytes(b"\x5a" * 40_000)
    library = opened(tmp_path)
    until(lambda: library.documents.count() == 2 and library.waiting == 0)
    assert "bamboo" in library.search("what eats bamboo")[0].text
    library.close()


@pytest.mark.parametrize("file", ["chroma.sqlite3", f"*/{HEADER}"])
def test_damaged_vectors_are_put_aside_and_made_anew(
    tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedder, "RETRY_S", 0.1)
    monkeypatch.setitem(CONFIGURATION["hnsw"], "sync_threshold", 10)  # vectors, to a file
    monkeypatch.setitem(CONFIGURATION["hnsw"], "batch_size", 5)
    library = opened(tmp_path)
    text = "\n\n".join(f"Zebra {number} eats grass. " + "hay " * 200 for number in range(20))
    done = library.wait(library.add("zebras.txt", text.encode()), LONG_S, searchable=False)
    assert done.state == "done"
    library.close()
    damaged = next((tmp_path / CHROMA).glob(file))
    damaged.write_bytes(damaged.read_bytes()[: damaged.stat().st_size // 2])
    library = opened(tmp_path)
    until(lambda: bool(list(tmp_path.glob(f"{CHROMA}.damaged-*"))))
    until(lambda: library.waiting == 0 and _is_found_by_its_meaning(library))
    library.close()


def _is_found_by_its_meaning(library: Library) -> bool:
    return library.search("zebra grass")[0].similarity is not None


def test_an_index_that_cannot_be_read_is_begun_anew_for_every_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CONFIGURATION["hnsw"], "sync_threshold", 10)
    monkeypatch.setitem(CONFIGURATION["hnsw"], "batch_size", 5)
    client = Client(tmp_path / CHROMA)
    narrow, wide = (EmbeddedVectors(client, script) for script in ("narrow", "wide"))
    many = [Vector(Place(n, 0), 1, [float(n % 7), 1.0, *[0.0] * 382]) for n in range(24)]
    for store in (narrow, wide):
        store.put(many[:20])
        store.put(many[20:])
    client.close()
    for damaged in (tmp_path / CHROMA).glob("*/index_metadata.pickle"):
        damaged.write_bytes(b"no pickle")
    with pytest.raises(VectorsFailed, match="made anew"):
        narrow.count()
    for store in (narrow, wide):
        assert store.count() == 0
        store.put(many[:2])
        assert [chunk for chunk, _ in store.nearest(many[0].values, 1)] == [0]
    client.close()


def test_an_index_that_ended_the_program_again_and_again_is_given_up(tmp_path: Path) -> None:
    folder = tmp_path / CHROMA
    folder.mkdir()
    for _ in range(MOST_OPENINGS):
        assert not flaw(folder)
        note_opening(folder)
    assert flaw(folder)


class Failing(Client):
    """Chroma that fails so often with an error, and then does its work."""

    def __init__(self, folder: Path, error: str, times: int) -> None:
        super().__init__(folder)
        self.errors = [error] * times

    def opened(self) -> Any:
        if self.errors:
            raise RuntimeError(self.errors.pop())
        return super().opened()


@pytest.mark.parametrize(
    "error",
    [
        "Error creating hnsw segment reader: Nothing found on disk",  # beside the first write
        "Error creating hnsw segment reader: Error reading from sqlite: (code: 5) is locked",
        "Error persisting hnsw index",
    ],
)
def test_what_proves_no_damage_is_tried_again_and_costs_no_vectors(
    tmp_path: Path, error: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(embedded, "PAUSES_S", (0.0, 0.0))
    caplog.set_level("INFO")
    vector = Vector(Place(1, 0), 1, [1.0, *[0.0] * 383])
    store = EmbeddedVectors(Failing(tmp_path / CHROMA, error, 2), "narrow")
    store.put([vector])
    store._client.errors = [error] * 3  # type: ignore[attr-defined]
    with pytest.raises(VectorsFailed, match=re.escape(error)):
        store.nearest(vector.values, 1)
    assert [chunk for chunk, _ in store.nearest(vector.values, 1)] == [1]
    assert error in caplog.text
    assert not list(tmp_path.glob(f"{CHROMA}.damaged-*"))
    store.close()


def test_vectors_are_made_anew_where_a_search_found_them_damaged(tmp_path: Path) -> None:
    library = opened(tmp_path)
    library.wait(library.add("zebras.txt", ZEBRAS), LONG_S, searchable=False)
    (store, *_) = library._vectors.values()
    assert isinstance(store, EmbeddedVectors)
    store._client.begin_anew(0, "Error deserializing pickle file")
    until(lambda: library.search("zebra grass")[0].similarity is not None)
    library.close()


def test_what_comes_in_while_the_disk_is_full_is_taken_in_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in (ingestion, keeping):
        monkeypatch.setattr(each, "RETRY_S", 0.05)
    library = opened(tmp_path)
    full = [True, True, True]

    def settle(_: object) -> None:
        if full:
            full.pop()
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(library._originals, "settle", settle)
    done = library.wait(library.add("zebras.txt", ZEBRAS), LONG_S, searchable=False)
    assert done.state == "done"
    assert not full
    library.close()
