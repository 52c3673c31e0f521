from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app import storage
from app.disk import has_room
from app.errors import Cancelled, DiskFull, NotWritable, StoreDamaged, of_system
from app.storage import Storage, salvaged

SCHEMA = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL);\n"
ROWS = 2000


def opened(path: Path, mends: bool = True) -> Storage:
    return Storage(path, SCHEMA, 1, mends=mends)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with rows in it."""
    path = tmp_path / "notes.db"
    kept = opened(path)
    with kept.writing() as connection:
        rows = [(f"note {number} " + "x" * 100,) for number in range(ROWS)]
        connection.executemany("INSERT INTO notes (text) VALUES (?)", rows)
    kept.close()
    return path


def damage(path: Path, at: float = 0.5, length: int = 8192) -> None:
    """Write over a place inside a file."""
    with path.open("r+b") as file:
        file.seek(int(path.stat().st_size * at))
        file.write(b"\xa5" * length)


def test_a_damaged_file_is_put_aside_and_most_of_it_can_be_read(path: Path) -> None:
    damage(path)
    kept = opened(path)
    assert kept.reading.execute("SELECT count(*) FROM notes").fetchone()[0] == 0
    assert kept.aside is not None
    assert kept.aside.parent == path.parent
    rows = salvaged(kept.aside, "notes")
    assert ROWS * 0.8 < len(rows) < ROWS
    assert {row["id"] for row in rows} >= {1, ROWS}  # what lies behind the damage, too
    kept.close()
    again = opened(path)
    assert again.aside == kept.aside  # nobody said that it is mended
    again.mended()
    again.close()
    assert opened(path).aside is None


def test_what_is_no_database_at_all_is_put_aside_too(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(b"This is a shopping list. " * 400)
    kept = opened(path)
    assert kept.aside is not None
    assert kept.aside.read_bytes().startswith(b"This is a shopping list.")
    assert salvaged(kept.aside, "notes") == []


def test_whoever_only_looks_puts_nothing_aside(path: Path) -> None:
    damage(path)
    with pytest.raises(sqlite3.DatabaseError) as raised:
        opened(path, mends=False)
    assert isinstance(of_system(raised.value), StoreDamaged)
    assert [each.name for each in path.parent.glob("*damaged*")] == []


def test_damage_in_a_large_file_is_found_when_it_is_read_and_mended_at_the_next_start(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "CHECKED_BYTES", 0)
    damage(path)
    kept = opened(path)
    assert kept.aside is None
    with pytest.raises(sqlite3.DatabaseError) as raised:
        kept.reading.execute("SELECT count(*), max(text) FROM notes").fetchone()
    assert isinstance(of_system(raised.value), StoreDamaged)
    kept.close()
    assert opened(path).aside is not None


def test_a_full_disk_a_read_only_file_and_a_closed_one_are_told_apart(path: Path) -> None:
    kept = opened(path)
    pages = kept.reading.execute("PRAGMA page_count").fetchone()[0]
    kept.reading.execute(f"PRAGMA max_page_count = {pages}")
    more = "INSERT INTO notes (text) VALUES (?)"
    with pytest.raises(sqlite3.Error) as full, kept.writing() as connection:
        connection.executemany(more, [("y" * 4000,)] * 50)
    assert isinstance(of_system(full.value), DiskFull)
    assert kept.reading.execute("SELECT count(*) FROM notes").fetchone()[0] == ROWS
    kept.reading.execute("PRAGMA query_only = 1")
    with pytest.raises(sqlite3.Error) as read_only, kept.writing() as connection:
        connection.execute(more, ("y",))
    assert isinstance(of_system(read_only.value), NotWritable)
    kept.close()
    with pytest.raises(sqlite3.Error) as closed:
        _ = kept.reading
    assert isinstance(of_system(closed.value), Cancelled)


def test_room_on_the_disk_is_known_before_anything_is_written(tmp_path: Path) -> None:
    assert has_room(tmp_path, 0)
    assert not has_room(tmp_path, 1 << 60)
