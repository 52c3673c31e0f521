from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from app.cli.browser import foreign, has_desktop, open_page


@pytest.mark.parametrize(
    ("environment", "platform", "desktop"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({}, "win32", True),
        ({"SSH_CONNECTION": "1 2 3 4"}, "darwin", False),
    ],
)
def test_a_desktop_is_where_a_person_sees_the_browser(
    environment: dict[str, str], platform: str, desktop: bool
) -> None:
    assert has_desktop(environment, platform) is desktop


def test_other_programs_get_the_library_path_that_pyinstaller_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment = {
        **{"LD_LIBRARY_PATH": "/tmp/_MEI1", "LD_LIBRARY_PATH_ORIG": "/opt/lib"},
        **{"DYLD_LIBRARY_PATH": "/tmp/_MEI1", "_PYI_ARCHIVE_FILE": "/a", "HOME": "/home/a"},
    }
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert foreign(environment) == {"LD_LIBRARY_PATH": "/opt/lib", "HOME": "/home/a"}


def test_in_a_source_tree_the_library_path_is_the_users_own() -> None:
    assert foreign({"LD_LIBRARY_PATH": "/opt/lib"}) == {"LD_LIBRARY_PATH": "/opt/lib"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one way to open a page")
def test_the_page_is_opened_by_the_desktops_opener(tmp_path: Path) -> None:
    opener, opened = tmp_path / "xdg-open", tmp_path / "opened"
    opener.write_text(f"#!/bin/sh\necho \"$1\" > '{opened}.new'; /bin/mv '{opened}.new' '{opened}'")
    opener.chmod(0o755)
    process = open_page("http://127.0.0.1:1/", {"PATH": str(tmp_path)})
    assert process
    until = time.monotonic() + 10
    while not opened.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert opened.read_text() == "http://127.0.0.1:1/\n"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have one")
def test_without_an_opener_nothing_happens(tmp_path: Path) -> None:
    assert not open_page("http://127.0.0.1:1/", {"PATH": str(tmp_path)})
