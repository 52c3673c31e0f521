from __future__ import annotations

from pathlib import Path

from app.knowledge.database import Database
from app.knowledge.disposal import Disposal
from app.knowledge.documents import Documents
from app.knowledge.job import Job
from app.knowledge.library import Library
from app.knowledge.originals import Originals
from tests.knowledge.libraries import LONG_S, opened, until

ZEBRAS = b"zebras eat grass"


def added(library: Library, name: str, content: bytes = ZEBRAS) -> Job:
    return library.wait(library.add(name, content), LONG_S, searchable=False)


def test_a_removed_document_leaves_no_file_behind(tmp_path: Path):
    library = opened(tmp_path)
    job = added(library, "a.txt")
    assert job.document
    path = library.original(job.document)
    assert path
    assert library.remove(job.document)
    until(lambda: not path.exists())
    library.close()


def test_what_came_again_keeps_its_file(tmp_path: Path):
    library = opened(tmp_path)
    first, other = added(library, "a.txt"), added(library, "b.txt", b"lions eat zebras")
    assert first.document
    assert other.document
    gone = library.original(other.document)
    assert library.remove(first.document)
    again = added(library, "c.txt")
    assert library.remove(other.document)
    until(lambda: gone is not None and not gone.exists())
    assert again.document
    kept = library.original(again.document)
    assert kept
    assert kept.read_bytes() == ZEBRAS
    library.close()


def test_what_a_kill_left_goes_at_the_next_start(tmp_path: Path):
    library = opened(tmp_path)
    added(library, "a.txt")
    library.close()
    left = Originals(tmp_path / "originals").keep(b"nobody's")
    library = opened(tmp_path)
    until(lambda: not left.path.exists())
    assert library.search("zebras")
    library.close()


def test_what_arrives_is_not_taken_for_what_is_gone(tmp_path: Path):
    database, originals = Database(tmp_path / "documents.db"), Originals(tmp_path / "originals")
    disposal = Disposal(database, originals)
    with originals.arriving():
        arrived = originals.keep(ZEBRAS)
        disposal.step()
        assert arrived.path.exists()
    assert Documents(database).of_content(arrived.sha256) is None
    disposal.step()
    assert not arrived.path.exists()
    database.close()
