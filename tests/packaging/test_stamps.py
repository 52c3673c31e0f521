from __future__ import annotations

from pathlib import Path

import pytest

import places
import stamps


@pytest.fixture(autouse=True)
def _own_build_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(places, "BUILD", tmp_path / "build")


def test_a_digest_tells_contents_and_names(tmp_path: Path):
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "a.py").write_text("1")
    digests = {stamps.digest(folder)}
    (folder / "a.py").write_text("2")
    digests.add(stamps.digest(folder))
    (folder / "a.py").rename(folder / "b.py")
    digests.add(stamps.digest(folder))
    (folder / "c.py").touch()
    digests.add(stamps.digest(folder))
    assert len(digests) == 4


def test_a_digest_passes_over_what_python_compiled(tmp_path: Path):
    before = stamps.digest(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").touch()
    assert stamps.digest(tmp_path) == before


def test_texts_do_not_run_together():
    assert stamps.digest("ab", "c") != stamps.digest("a", "bc")


def test_a_stage_is_fresh_with_the_same_inputs_and_its_results(tmp_path: Path):
    result = tmp_path / "result"
    assert not stamps.fresh("stage", "inputs", [result])
    result.touch()
    assert not stamps.fresh("stage", "inputs", [result])
    stamps.remember("stage", "inputs")
    assert stamps.fresh("stage", "inputs", [result])
    assert not stamps.fresh("stage", "other inputs", [result])
    result.unlink()
    assert not stamps.fresh("stage", "inputs", [result])
