from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.bundle import litter
from app.bundle.litter import MARKER, STARTING_S, sweep

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX lock")

HOLDER = """
import sys, pathlib
from app.bundle import litter
litter.hold(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def unpacked(parent: Path, name: str, marker: bytes | None = b"running\n") -> Path:
    folder = parent / f"_MEI{name}"
    folder.mkdir()
    (folder / "base_library.zip").write_bytes(b"modules")
    if marker is not None:
        (folder / MARKER).write_bytes(marker)
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return unpacked(tmp_path, "own")


def swept(tmp_path: Path, own: Path, later_s: float = 0.0) -> set[Path]:
    return set(sweep(tmp_path, own, time.time() + later_s))


def test_what_a_killed_program_left_is_removed_at_once(tmp_path: Path, own: Path):
    abandoned = unpacked(tmp_path, "abandoned")
    assert swept(tmp_path, own) == {abandoned}
    assert not abandoned.exists()
    assert own.exists()


def test_a_start_under_way_is_left_alone(tmp_path: Path, own: Path):
    starting = unpacked(tmp_path, "starting", marker=b"")
    assert swept(tmp_path, own) == set()
    assert (starting / "base_library.zip").exists()


def test_a_start_that_never_got_further_is_removed_later(tmp_path: Path, own: Path):
    killed = unpacked(tmp_path, "killed", marker=b"")
    assert swept(tmp_path, own, later_s=STARTING_S + 1) == {killed}


def test_other_programs_folders_are_left_alone(tmp_path: Path, own: Path):
    foreign = unpacked(tmp_path, "foreign", marker=None)
    (tmp_path / "_MEIfile").write_bytes(b"")
    assert swept(tmp_path, own, later_s=1e6) == set()
    assert foreign.exists()


def test_a_link_to_a_folder_is_left_alone(tmp_path: Path, own: Path):
    (tmp_path / "elsewhere").mkdir()
    goal = unpacked(tmp_path / "elsewhere", "goal")
    (tmp_path / "_MEIlink").symlink_to(goal)
    assert swept(tmp_path, own) == set()
    assert (goal / MARKER).exists()


def test_another_users_folder_is_left_alone(
    tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
):
    unpacked(tmp_path, "theirs")
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    assert swept(tmp_path, own) == set()


def test_a_running_programs_folder_stays_until_it_is_killed(tmp_path: Path, own: Path):
    folder = unpacked(tmp_path, "running", marker=b"")
    command = [sys.executable, "-c", HOLDER, str(folder / MARKER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert swept(tmp_path, own, later_s=1e6) == set()
        holder.kill()
    assert swept(tmp_path, own) == {folder}


def test_the_last_holder_removes_the_folder(tmp_path: Path):
    folder = unpacked(tmp_path, "shared", marker=b"")
    first, second = (litter.hold(folder / MARKER) for _ in range(2))
    litter.release(folder, first)
    assert folder.exists()
    litter.release(folder, second)
    assert not folder.exists()


def test_two_sweeps_at_once_disturb_nothing(tmp_path: Path, own: Path):
    abandoned = unpacked(tmp_path, "abandoned")
    lock = os.open(abandoned / MARKER, os.O_RDWR)
    litter.fcntl.flock(lock, litter.fcntl.LOCK_EX)  # the other sweep is at it
    assert swept(tmp_path, own) == set()
    os.close(lock)


def test_nothing_is_watched_where_no_bootloader_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    assert litter.own_folder() is None
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert litter.own_folder() is None
    folder = unpacked(tmp_path, "mine")
    monkeypatch.setattr(sys, "_MEIPASS", str(folder))
    assert litter.own_folder() == folder
