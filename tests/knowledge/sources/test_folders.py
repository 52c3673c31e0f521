from __future__ import annotations

from pathlib import Path

from app.knowledge.sources.folders import Seen, compared, files_in, look


def test_hidden_and_unfinished_files_are_left_out(tmp_path: Path):
    for name in ("b.txt", "a/c.txt", ".hidden", ".git/config", "~$open.docx", "x.part"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    found = [str(path.relative_to(tmp_path)) for path in files_in(tmp_path)]
    assert found == ["b.txt", str(Path("a", "c.txt"))]
    assert list(files_in(tmp_path / "b.txt")) == [tmp_path / "b.txt"]


def test_changes_are_told_apart():
    before = {
        Path(name): Seen(at, at, at) for at, name in enumerate(["same", "edited", "old", "gone"])
    }
    now = {
        Path("same"): Seen(0, 0, 0),
        Path("edited"): Seen(9, 9, 1),
        Path("moved"): Seen(2, 2, 2),
        Path("new"): Seen(7, 7, 7),
    }
    changes = compared(before, now)
    assert changes.new == [Path("new")]
    assert changes.changed == [Path("edited")]
    assert changes.moved == [(Path("old"), Path("moved"))]
    assert changes.gone == [Path("gone")]
    assert changes
    assert not compared(now, now)


def test_a_moved_file_is_seen_as_the_same(tmp_path: Path):
    (tmp_path / "a.txt").write_text("words")
    before = look(tmp_path)
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    assert compared(before, look(tmp_path)).moved == [(tmp_path / "a.txt", tmp_path / "b.txt")]
