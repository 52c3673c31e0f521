from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Playwright, sync_playwright

from tests import requirements, started

# A busy machine is slow at times, which says nothing about what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# A shell that starts the tests in the background has Ctrl-C ignored, by all that they start too.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    """One cache for what the built file unpacks, whichever process starts it."""
    if not hasattr(config, "workerinput"):
        cache = tempfile.mkdtemp(prefix="assistant-cache-")
        os.environ[started.CACHE_VARIABLE] = cache
        config.add_cleanup(partial(shutil.rmtree, cache, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives the built file comes first: the longest, so that no process is left with it."""
    items.sort(key=lambda item: item.get_closest_marker("frozen") is None)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers: there can only be one of it in a process."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def executable() -> Path:
    """The built file, with the tiny model in it."""
    return requirements.file_named_by("ASSISTANT_TEST_EXECUTABLE", "built executable")


@pytest.fixture(scope="session")
def model_path() -> Path:
    """A small real model, as GGUF."""
    return requirements.file_named_by("ASSISTANT_TEST_MODEL", "model")


@pytest.fixture
def free_port() -> int:
    return started.free_port()


@pytest.fixture(scope="session")
def server(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[started.Started]:
    """The built file, serving and ready."""
    home = tmp_path_factory.mktemp("home")
    output = home / "printed.txt"
    with started.Started([executable], started.environment(home), output) as running:
        yield running.wait_ready()
