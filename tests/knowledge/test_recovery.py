from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.errors import VectorsFailed
from app.knowledge import embedder, ingestion, keeping
from app.knowledge.drafts import Wanted
from app.knowledge.library import CHROMA, DATABASE, Library
from app.knowledge.vectors.embedded import Client, EmbeddedVectors
from app.knowledge.vectors.soundness import HEADER, MOST_OPENINGS, is_sound, note_opening
from app.knowledge.vectors.store import Place, Vector
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
    library = opened(tmp_path)
    text = "\n\n".join(f"Zebra {number} eats grass. " + "hay " * 200 for number in range(400))
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


def test_an_index_that_cannot_be_read_is_begun_anew_for_every_script(tmp_path: Path) -> None:
    client = Client(tmp_path / CHROMA)
    narrow, wide = (EmbeddedVectors(client, script) for script in ("narrow", "wide"))
    many = [Vector(Place(n, 0), 1, [float(n % 7), 1.0, *[0.0] * 382]) for n in range(1200)]
    for store in (narrow, wide):
        store.put(many[:1000])
        store.put(many[1000:])
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
        assert is_sound(folder)
        note_opening(folder)
    assert not is_sound(folder)


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
