from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from app.bundle.executable import Executable
from app.bundle.join import Payload, join
from app.bundle.slice import Slice
from tests.bundle import made


def joined(folder: Path, weights: bytes, arguments: tuple[str, ...] = ()) -> str:
    directory = join(
        folder / "assistant",
        made.file(folder / "bootloader", made.BOOTLOADER),
        [Payload("m", "model", made.file(folder / "weights", weights))],
        made.file(folder / "pkg", made.pkg()),
        arguments,
    )
    return directory.build


def test_the_directory_tells_checksums_licences_and_arguments(tmp_path: Path):
    payload = Payload(
        "m.gguf", "model", made.file(tmp_path / "m", b"weights"), "Model", "MIT", "there"
    )
    bootloader = made.file(tmp_path / "b", made.BOOTLOADER)
    pkg = made.file(tmp_path / "p", made.pkg())
    join(tmp_path / "assistant", bootloader, [payload], pkg, ["--ctx-size", "512"])
    directory = Executable.open(tmp_path / "assistant").directory
    entry = directory.entries[0]
    assert directory.arguments == ("--ctx-size", "512")
    assert entry.sha256 == hashlib.sha256(b"weights").hexdigest()
    assert (entry.title, entry.licence, entry.source) == ("Model", "MIT", "there")


def test_a_joined_file_can_be_joined_again_with_other_weights(tmp_path: Path):
    first = made.executable(tmp_path, model=b"old", page=b"page")
    page = first.directory.find("page")
    assert page is not None
    payloads = [
        Payload("page", "page", first.slice(page)),
        Payload("new", "model", made.file(tmp_path / "new", b"new weights")),
    ]
    join(tmp_path / "second", first.bootloader, payloads, first.pkg)
    second = Executable.open(tmp_path / "second")
    assert [bytes(second.slice(entry).mapped()) for entry in second.directory.entries] == [
        b"page",
        b"new weights",
    ]
    assert second.bootloader.size == first.bootloader.size


def test_the_build_id_depends_on_contents_and_arguments_alone(tmp_path: Path):
    first = joined(tmp_path, b"weights")
    assert joined(tmp_path, b"weights") == first
    assert joined(tmp_path, b"other weights") != first
    assert joined(tmp_path, b"weights", ("--port", "1")) != first


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permission")
def test_everyone_may_start_it(tmp_path: Path):
    path = made.executable(tmp_path, model=b"weights").path
    assert stat.S_IMODE(path.stat().st_mode) == 0o755


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    target = made.executable(tmp_path, model=b"weights").path
    before, files = target.read_bytes(), sorted(tmp_path.iterdir())
    cut_off = Slice(tmp_path / "model", 0, 1 << 20)
    with pytest.raises(OSError, match="shorter"):
        join(
            target,
            Slice.whole(tmp_path / "bootloader"),
            [Payload("m", "model", cut_off)],
            Slice.whole(tmp_path / "pkg"),
        )
    assert target.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == files


def test_progress_reaches_the_whole(tmp_path: Path):
    seen: list[tuple[int, int]] = []
    bootloader = made.file(tmp_path / "b", made.BOOTLOADER)
    pkg = made.file(tmp_path / "p", made.pkg())
    payload = Payload("m", "model", made.file(tmp_path / "m", bytes(10_000_000)))
    join(tmp_path / "assistant", bootloader, [payload], pkg, progress=lambda *now: seen.append(now))
    assert seen == sorted(seen)
    assert len(seen) > 3
    assert seen[-1][0] == seen[-1][1] == len(made.BOOTLOADER) + len(made.pkg()) + 10_000_000
