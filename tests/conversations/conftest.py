from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.conversations.history import History
from app.conversations.profiles import Profile


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    history = History(tmp_path)
    yield history
    history.close()


@pytest.fixture
def someone(history: History) -> Profile:
    return history.profiles.listed()[0]
