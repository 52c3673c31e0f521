from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from app.bundle import packages
from app.errors import BadFile
from tests.bundle import made

MODULE = "packed_for_this_test"


def freeze(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, executable: Path) -> None:
    """As if this process were the built file."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(executable))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "path", [*sys.path])


def test_what_is_packed_can_be_imported_from_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"{MODULE}/__init__.py": b"", f"{MODULE}/inside.py": b"word = 'quince'"}
    packed = made.archive(files)
    executable = made.executable(tmp_path, documents=packed).path
    freeze(monkeypatch, tmp_path, executable)
    before = len(sys.path)
    for _ in range(2):
        packages.activate()
    assert len(sys.path) == before + 1
    assert importlib.import_module(f"{MODULE}.inside").word == "quince"
    for name in (MODULE, f"{MODULE}.inside"):
        monkeypatch.delitem(sys.modules, name)


def test_a_file_without_them_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(monkeypatch, tmp_path, made.executable(tmp_path, page=b"page").path)
    with pytest.raises(BadFile, match="no packages for documents"):
        packages.activate()


def test_from_source_there_is_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["here"])
    packages.activate()
    assert sys.path == ["here"]
