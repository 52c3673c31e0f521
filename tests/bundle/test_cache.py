from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from pathlib import Path

import pytest

from app.bundle.cache import CONTENTS, UNUSED_S, cache_root, unpacked
from app.bundle.slice import Slice
from app.errors import BadFile
from tests.bundle import made

ARCHIVE = made.libraries({"libllama.so": "libllama.so.0"}, libllama_so_0=b"code", libc_so=b"c")


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def unpack(tmp_path: Path, content: bytes = ARCHIVE) -> Path:
    archive = made.file(tmp_path / "archive", content)
    return unpacked(archive, digest(content), tmp_path / "cache")


def test_files_and_links_are_there(tmp_path: Path):
    folder = unpack(tmp_path)
    assert (folder / "libc.so").read_bytes() == b"c"
    assert (folder / "libllama.so").read_bytes() == b"code"
    assert (folder / "libllama.so").readlink() == Path("libllama.so.0")


def test_folders_stay_folders_and_nothing_is_written_outside(tmp_path: Path):
    names = ("a/b/c.so", "a/d.so", "../outside.so", "/outside.so")
    folder = unpack(tmp_path, made.archive({name: name.encode() for name in names}))
    assert (folder / "a/b/c.so").read_bytes() == b"a/b/c.so"
    assert (folder / "a/d.so").read_bytes() == b"a/d.so"
    assert not list(tmp_path.rglob("outside.so"))
    (folder / "a/b/c.so").unlink()
    again = unpack(tmp_path, made.archive({name: name.encode() for name in names}))
    assert (again / "a/b/c.so").exists()


def test_it_is_unpacked_once(tmp_path: Path):
    first = unpack(tmp_path)
    written = (first / "libc.so").stat().st_mtime_ns
    (tmp_path / "archive").write_bytes(b"no longer needed")
    again = unpacked(Slice(tmp_path / "archive", 0, 3), digest(ARCHIVE), tmp_path / "cache")
    assert again == first
    assert (first / "libc.so").stat().st_mtime_ns == written


def test_many_at_once_get_the_same_whole_folder(tmp_path: Path):
    archive = made.file(tmp_path / "archive", ARCHIVE)
    together = threading.Barrier(8)
    seen: list[bytes] = []

    def start() -> None:
        together.wait()
        folder = unpacked(archive, digest(ARCHIVE), tmp_path / "cache")
        seen.append((folder / "libllama.so").read_bytes())

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [b"code"] * 8
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [digest(ARCHIVE)[:32]]


@pytest.mark.parametrize("damage", ["lost", "cut", "no contents"])
def test_a_folder_that_lost_something_is_made_whole(tmp_path: Path, damage: str):
    folder = unpack(tmp_path)
    if damage == "lost":
        (folder / "libllama.so.0").unlink()
    elif damage == "cut":
        (folder / "libllama.so.0").write_bytes(b"")
    else:
        (folder / CONTENTS).unlink()
    assert unpack(tmp_path) == folder
    assert (folder / "libllama.so").read_bytes() == b"code"


def test_a_damaged_archive_is_refused_and_leaves_nothing(tmp_path: Path):
    archive = made.file(tmp_path / "archive", ARCHIVE[:-1] + b"?")
    with pytest.raises(BadFile, match="checksum"):
        unpacked(archive, digest(ARCHIVE), tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_names_cannot_lead_out_of_the_folder(tmp_path: Path):
    archive = made.libraries({"x": "/etc/passwd"}, **{"passwd": b"ours"})
    assert (unpack(tmp_path, archive) / "x").read_bytes() == b"ours"


def test_old_builds_are_forgotten_and_recent_ones_kept(tmp_path: Path):
    old, recent = (unpack(tmp_path, made.libraries(libx_so=name)) for name in (b"1", b"2"))
    foreign = tmp_path / "cache" / "foreign"
    foreign.mkdir()
    long_ago = time.time() - UNUSED_S - 10
    os.utime(old, (long_ago, long_ago))
    os.utime(foreign, (long_ago, long_ago))
    newest = unpack(tmp_path, made.libraries(libx_so=b"3"))
    assert set((tmp_path / "cache").iterdir()) == {recent, newest, foreign}


@pytest.mark.skipif(sys.platform != "linux", reason="XDG folders")
class TestCacheRoot:
    def test_it_is_where_the_environment_says(self, tmp_path: Path):
        assert cache_root({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "assistant"
        assert cache_root({"HOME": str(tmp_path)}) == tmp_path / ".cache" / "assistant"

    def test_there_is_none_without_a_home(self):
        assert cache_root({}) is None
        assert cache_root({"HOME": "not/absolute"}) is None

    def test_there_is_none_where_nothing_can_be_written(self):
        assert cache_root({"HOME": "/proc"}) is None

    def test_there_is_none_where_libraries_cannot_be_loaded(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        status = os.statvfs(tmp_path)
        fields = [*status[:8], status.f_flag | os.ST_NOEXEC, status.f_namemax]
        monkeypatch.setattr(os, "statvfs", lambda _path: os.statvfs_result(fields))
        assert cache_root({"HOME": str(tmp_path)}) is None

    def test_there_is_none_where_others_can_write(self, tmp_path: Path):
        (tmp_path / "assistant").mkdir()
        (tmp_path / "assistant").chmod(0o777)
        assert cache_root({"XDG_CACHE_HOME": str(tmp_path)}) is None
