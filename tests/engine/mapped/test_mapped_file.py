from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bundle.slice import Slice
from app.engine.mapped.mapped_file import MappedFile, fingerprint
from app.errors import ModelChanged

CONTENT = bytes(range(256)) * 64


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.gguf"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def file(path: Path) -> Iterator[MappedFile]:
    file = MappedFile(Slice.whole(path))
    yield file
    file.close()


def test_a_file_that_is_only_touched_stays_what_it_is(file: MappedFile, path: Path) -> None:
    os.utime(path, (1, 1))
    file.check()
    file.check()


def test_another_file_in_its_place_leaves_the_one_that_is_open(
    file: MappedFile, path: Path
) -> None:
    other = path.with_name("other")
    other.write_bytes(b"other")
    other.replace(path)
    file.check()
    path.unlink()
    file.check()


@pytest.mark.parametrize("content", [CONTENT[:5000], CONTENT[::-1], b""])
def test_a_file_that_is_cut_or_written_over_is_lost_for_good(
    file: MappedFile, path: Path, content: bytes
) -> None:
    path.write_bytes(content)
    with pytest.raises(ModelChanged, match=r"model\.gguf"):
        file.check()
    path.write_bytes(CONTENT)
    with pytest.raises(ModelChanged):
        file.check()


def test_only_its_own_part_of_a_file_counts(path: Path) -> None:
    part = MappedFile(Slice(path, 4096, 4096))
    os.truncate(path, 2 * 4096)
    part.check()
    os.truncate(path, 4096 + 100)
    with pytest.raises(ModelChanged):
        part.check()
    part.close()


def test_a_fingerprint_tells_files_apart_by_their_content(path: Path) -> None:
    before = fingerprint(Slice.whole(path))
    path.write_bytes(CONTENT[:-1] + b"x")
    assert fingerprint(Slice.whole(path)) != before
