from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.settings.folders import data_folder, is_writable

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems have other folders")


def test_a_folder_beside_the_program_comes_first(tmp_path: Path) -> None:
    (tmp_path / "assistant-data").mkdir()
    assert data_folder(tmp_path / "assistant", {"HOME": "/home/a"}) == tmp_path / "assistant-data"


@linux
@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"HOME": "/home/a"}, Path("/home/a/.local/share/assistant")),
        ({"HOME": "/home/a", "XDG_DATA_HOME": "/data"}, Path("/data/assistant")),
        # XDG: a path that is not absolute is to be ignored.
        ({"HOME": "/home/a", "XDG_DATA_HOME": "data"}, Path("/home/a/.local/share/assistant")),
        ({}, None),
    ],
)
def test_else_it_is_the_users_folder_for_data(
    tmp_path: Path, environment: dict[str, str], folder: Path | None
) -> None:
    assert data_folder(tmp_path / "assistant", environment) == folder


def test_a_folder_that_could_be_made_is_writable_and_is_not_made(tmp_path: Path) -> None:
    assert is_writable(tmp_path / "a/b")
    assert not (tmp_path / "a").exists()


def test_nothing_is_writable_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not is_writable(tmp_path / "file/below")


@linux
def test_a_file_system_of_the_kernel_is_not_writable() -> None:
    assert not is_writable(Path("/proc/assistant"))
