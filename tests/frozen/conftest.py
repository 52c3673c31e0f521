from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frozen.emulation import Emulation
from tests.frozen.keeper import Keeper


@pytest.fixture(scope="session")
def emulation(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Emulation:
    """Starts the built file as other processors."""
    return Emulation(executable, tmp_path_factory.mktemp("emulation"))


@pytest.fixture(scope="session")
def keeper(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeper]:
    """Documents that the tests share."""
    with Keeper(executable, tmp_path_factory.mktemp("keeper")) as keeper:
        yield keeper
