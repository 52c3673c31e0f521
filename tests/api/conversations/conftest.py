from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.conversations import pins
from app.conversations.history import History


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[History]:
    monkeypatch.setattr(pins, "ROUNDS", 2)
    history = History(tmp_path)
    yield history
    history.close()
