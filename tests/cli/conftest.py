from __future__ import annotations

from pathlib import Path

import pytest

from app.cli.terminal import Terminal
from app.settings import OPTIONS
from tests.cli.surroundings import Screen


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def terminal(screen: Screen) -> Terminal:
    return Terminal("en", screen, screen)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own home folder, and nothing of ours in the environment."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for option in OPTIONS:
        monkeypatch.delenv(option.variable, raising=False)
    return tmp_path
