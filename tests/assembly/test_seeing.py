from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from app import __main__ as program
from app.assembly import seeing
from app.assembly.children import own_command
from app.errors import SourceRefused
from tests.cli.surroundings import settings_of


def test_the_hidden_verb_is_the_one_that_seeing_calls() -> None:
    assert program.SEE == seeing.READ_PICTURES


def test_pictures_are_not_fetched_from_private_networks() -> None:
    for address in ("http://127.0.0.1:9/a.png", "http://192.168.0.1/a.png", "http://[::1]/a.png"):
        with pytest.raises(SourceRefused):
            seeing.fetched(address)


def test_without_models_nothing_is_seen(tmp_path: Path) -> None:
    with seeing.sight(settings_of(tmp_path)) as sight:
        assert sight is None
    command = own_command(seeing.READ_PICTURES, "1")
    assert subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 1
