from __future__ import annotations

from pathlib import Path

import pytest

from tests.frozen.emulation import Emulation


@pytest.fixture(scope="session")
def emulation(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Emulation:
    """Starts the built file as other processors."""
    return Emulation(executable, tmp_path_factory.mktemp("emulation"))
