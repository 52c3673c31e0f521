from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.assembly.backup import archive, exchange
from app.assembly.backup.archive import MANIFEST, backup
from app.assembly.backup.exchange import READY, Exchange, finish
from app.assembly.backup.restoring import restore
from app.assembly.claim import Claim
from app.conversations.history import History
from app.conversations.message import Message, new_uid
from app.errors import BadFile, DiskFull


def said(data: Path, *titles: str) -> None:
    """Conversations with these titles, among the others."""
    with closing(History(data / "conversations")) as history:
        ada = history.profiles.listed()[0]
        for title in titles:
            made = history.conversations.add(ada, title)
            history.conversations.say(made, [Message(new_uid("m"), None, "user", title, 1.0)])


def titles(data: Path) -> set[str]:
    with closing(History(data / "conversations")) as history:
        return {
            each.title for each in history.conversations.listed(history.profiles.listed()[0], 9)
        }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with something of every kind."""
    data = tmp_path / "data"
    said(data, "first")
    (data / "config.toml").write_text("port = 9000")
    original = data / "documents" / "originals" / "ab" / "abcd"
    original.parent.mkdir(parents=True)
    original.write_bytes(b"an original")
    (data / "documents" / "chroma").mkdir()
    (data / "documents" / "chroma" / "index.bin").write_bytes(b"vectors")
    (data / "prefixes").mkdir()
    (data / "prefixes" / "cached").write_bytes(b"can be made again")
    return data


def test_a_backup_made_while_others_write_holds_one_moment_and_comes_back(
    data: Path, tmp_path: Path
) -> None:
    with closing(History(data / "conversations")) as history:  # it is open, and so is its log
        ada = history.profiles.listed()[0]
        made = history.conversations.add(ada, "second")
        history.conversations.say(made, [Message(new_uid("m"), None, "user", "x", 1.0)])
        found = backup(data, tmp_path / "kept.zip", vectors=True)
    assert (tmp_path / "kept.zip").stat().st_mode & 0o077 == 0
    assert found.vectors
    assert not any(name.startswith("prefixes") or name.endswith("-wal") for name in found.files)
    said(data, "third")
    (data / "config.toml").write_text("port = 1")
    done = restore(data, tmp_path / "kept.zip", Claim(data))
    assert done.files == len(found.files)
    assert titles(data) == {"first", "second"}
    assert (data / "config.toml").read_text() == "port = 9000"
    assert (data / "documents" / "chroma" / "index.bin").read_bytes() == b"vectors"
    assert done.before
    assert titles(done.before) == {"first", "second", "third"}  # nothing is lost


def test_a_backup_comes_back_into_an_empty_folder(data: Path, tmp_path: Path) -> None:
    backup(data, tmp_path / "kept.zip", vectors=False)
    elsewhere = tmp_path / "elsewhere"
    restore(elsewhere, tmp_path / "kept.zip", Claim(elsewhere))
    assert titles(elsewhere) == {"first"}
    original = elsewhere / "documents" / "originals" / "ab" / "abcd"
    assert original.read_bytes() == b"an original"
    assert not (elsewhere / "documents" / "chroma").exists()


@pytest.mark.parametrize("damage", ["not a zip", "cut short", "one bit", "climbs out"])
def test_a_damaged_backup_changes_nothing(data: Path, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "kept.zip"
    backup(data, path, vectors=True)
    whole = path.read_bytes()
    if damage == "not a zip":
        path.write_bytes(b"a shopping list")
    elif damage == "cut short":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "one bit":
        at = whole.index(b"config.toml") + len(b"config.toml") + 25
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    else:
        with zipfile.ZipFile(path, "w") as made:
            made.writestr("../outside", "x")
            made.writestr(MANIFEST, '{"format": 1, "files": {"../outside": "00"}}')
    said(data, "later")
    with pytest.raises(BadFile):
        restore(data, path, Claim(data))
    assert titles(data) == {"first", "later"}
    assert not (tmp_path / "outside").exists()
    assert not (data / READY).exists()


def test_a_full_disk_is_told_before_a_backup_is_begun(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "has_room", lambda *_: False)
    with pytest.raises(DiskFull):
        backup(data, tmp_path / "kept.zip", vectors=True)
    assert list(tmp_path.iterdir()) == [data]


class Open:
    """Stands for what a running assistant has open."""

    def __init__(self) -> None:
        self.closed_for = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        self.closed_for += 1
        yield


def test_a_running_assistant_takes_what_it_opens_itself_and_the_rest_follows_at_its_start(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "LOOK_S", 0.01)
    backup(data, tmp_path / "kept.zip", vectors=False)
    said(data, "later")
    (data / "config.toml").write_text("port = 1")
    opened = Open()
    with Exchange(data) as running:
        running.watch([opened])
        done = restore(data, tmp_path / "kept.zip", Claim(data))
        assert opened.closed_for == 1
        assert titles(data) == {"first"}
        assert done.later == ("config.toml",)
        assert (data / "config.toml").read_text() == "port = 1"
        assert (data / "documents" / "originals" / "ab" / "abcd").exists()
        assert not (data / "documents" / "chroma").exists()  # of other documents
    with Exchange(data):
        assert (data / "config.toml").read_text() == "port = 9000"
    assert not (data / READY).exists()


def test_an_exchange_that_was_interrupted_goes_on_where_it_was(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(data, tmp_path / "kept.zip", vectors=False)
    said(data, "later")
    moves = 0
    rename = Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        nonlocal moves
        moves += 1
        if READY in self.parts and moves > 2:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        restore(data, tmp_path / "kept.zip", Claim(data))
    monkeypatch.undo()
    finish(data)
    assert titles(data) == {"first"}
    assert (data / "documents" / "originals" / "ab" / "abcd").exists()
