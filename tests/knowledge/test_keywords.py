from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import terms
from app.knowledge import keywords
from app.knowledge.database import Database

COMMON, RARE = 40, 7


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "documents.db")
    with database.writing() as connection:
        for chunk in range(COMMON):
            keywords.add(connection, chunk, (), "acquisitions" if chunk != RARE else "a zebra")
    yield database
    database.close()


def test_of_a_common_and_a_rare_word_the_rare_one_is_looked_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(terms, "MOST_ROWS", 10)
    # In another form than the texts have it: it is no rarer for that.
    found = keywords.search(
        database.reading, keywords.Frequencies(), "the acquisition of zebras", 50
    )
    assert [chunk for chunk, _ in found] == [RARE]


def test_a_common_word_alone_is_looked_for(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(terms, "MOST_ROWS", 10)
    assert (
        len(keywords.search(database.reading, keywords.Frequencies(), "acquisition", 50))
        == COMMON - 1
    )


def test_what_is_common_is_not_counted_anew_for_every_question(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(keywords, "COMMON", 10)
    frequencies = keywords.Frequencies()
    before = frequencies.of(database.reading, ["acquisition", "zebras", "missing"])
    assert before == {"acquisition": COMMON - 1, "zebras": 1}
    with database.writing() as connection:
        keywords.add(connection, COMMON, (), "acquisitions of zebras")
    assert frequencies.of(database.reading, ["acquisition", "zebras"]) == {
        "acquisition": COMMON - 1,
        "zebras": 2,
    }
    monkeypatch.setattr(keywords, "COMMON_KEPT_S", -1.0)
    assert frequencies.of(database.reading, ["acquisition"]) == {"acquisition": COMMON}
