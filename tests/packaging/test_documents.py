from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import documents
import places
from app.bundle.cache import unpacked
from app.bundle.slice import Slice


@pytest.fixture
def listing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))
    source = tmp_path / "source"
    source.mkdir()
    (source / "__init__.py").write_text('"""Read."""\nfrom reader.words import word\n')
    (source / "words.py").write_text("word = 'quince'\n")
    (source / "library.so").write_bytes(b"code")
    listed = {
        "modules": [
            ("reader", str(source / "__init__.py")),
            ("reader.words", str(source / "words.py")),
        ],
        "files": [
            ("python3.11/lib-dynload/_reader.so", str(source / "library.so")),
            ("reader.libs/library.so", str(source / "library.so")),
        ],
    }
    path = tmp_path / "documents.json"
    path.write_text(json.dumps(listed))
    return path


def folder(archive: Path, tmp_path: Path) -> Path:
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    return unpacked(Slice.whole(archive), digest, tmp_path / "cache")


def test_modules_are_packed_compiled_and_import(listing: Path, tmp_path: Path) -> None:
    found = folder(documents.packed(listing), tmp_path)
    assert not list(found.rglob("*.py"))
    code = "import reader; print(reader.word, reader.__doc__)"
    environment = {"PYTHONPATH": str(found)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "quince Read.\n"  # NumPy does not start without its docstrings


def test_libraries_keep_their_folders_and_pythons_own_lose_theirs(
    listing: Path, tmp_path: Path
) -> None:
    found = folder(documents.packed(listing), tmp_path)
    assert (found / "_reader.so").read_bytes() == b"code"
    assert (found / "reader.libs" / "library.so").read_bytes() == b"code"


def test_the_same_files_give_the_same_bytes_and_are_packed_once(listing: Path) -> None:
    first = documents.packed(listing)
    content, written = first.read_bytes(), first.stat().st_ino
    again = documents.packed(listing)
    assert (again, again.stat().st_ino) == (first, written)
    first.unlink()
    assert documents.packed(listing).read_bytes() == content


def test_other_files_give_another_archive_and_the_last_few_stay(listing: Path) -> None:
    made = []
    for word in ("medlar", "sloe", "bullace", "damson", "quince"):
        (listing.parent / "source" / "words.py").write_text(f"word = '{word}'\n")
        made.append(documents.packed(listing))
        os.utime(made[-1], (len(made), len(made)))
    assert [each.exists() for each in made] == [False, True, True, True, True]


def test_every_package_is_free_to_be_passed_on() -> None:
    locked = re.findall(r"^(\S+)==", (places.LOCKS / "documents.txt").read_text(), re.MULTILINE)
    assert "onnxruntime" in locked
    for name in locked:
        told = importlib.metadata.metadata(name)
        licence = " ".join(
            [
                told.get("License-Expression") or told.get("License") or "",
                *(each for each in told.get_all("Classifier") or () if "License" in each),
            ]
        )
        first = licence.splitlines()[0] if licence.strip() else ""
        assert re.search(r"Apache|MIT|BSD", licence), f"{name}: {first}"
        assert not re.search(r"\bA?GPL", first), f"{name}: {first}"
