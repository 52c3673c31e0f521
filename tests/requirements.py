"""What a test needs of the machine: elsewhere its lack skips the test, in CI it fails it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Skip this test, or fail it with CI=true, where nothing may be skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"needed here: {reason}", pytrace=False)
    pytest.skip(reason)


def file_named_by(variable: str, meaning: str) -> Path:
    """The file that an environment variable names."""
    if not (path := os.environ.get(variable)):
        missing(f"{variable} names no {meaning}")
    if not Path(path).is_file():
        missing(f"{variable}: there is no file {path}")
    return Path(path).resolve()


def program(name: str) -> str:
    """The path of an installed program."""
    if not (path := shutil.which(name)):
        missing(f"{name} is not installed")
    return path
