from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from app.knowledge.library import Library
from tests.api.serving import client_of
from tests.knowledge.libraries import LONG_S, opened

ZEBRAS = "Zebras eat grass. They sleep standing up.\n\nA zebra can run at 65 kilometres per hour."
PANDAS = "熊猫吃竹子。成年熊猫每天吃大约12公斤竹子。"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = opened(tmp_path / "data")
    yield library
    library.close()


@pytest.fixture
def services(services: Services, library: Library) -> Services:
    return replace(services, library=library)


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return client_of(services)


@pytest.fixture
def zoo(library: Library) -> dict[str, str]:
    """Two documents that can be found; their ids by name."""
    jobs = {
        name: library.add(name, text.encode())
        for name, text in {"zebras.txt": ZEBRAS, "熊猫.txt": PANDAS}.items()
    }
    return {name: document_of(library, job) for name, job in jobs.items()}


def document_of(library: Library, job: Any) -> str:
    done = library.wait(job, LONG_S, searchable=False)
    assert done.document, done
    return done.document
