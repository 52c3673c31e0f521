"""The file under clients who do all kinds of things, while it is killed now and then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.started import environment

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.skipif(sys.platform != "linux", reason="its processes are found in /proc"),
]

ROOT = Path(__file__).parents[2]


def test_what_was_acknowledged_is_there_after_every_kill(executable: Path, tmp_path: Path) -> None:
    mixed = [sys.executable, "packaging", "bench", "mixed", "--", "--executable", executable]
    done = subprocess.run(
        [*mixed, "--clients", "12", "--minutes", "0.15", "--kill-each", "4"],
        cwd=ROOT,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("\n0 wrong\n")
    assert "killed" in done.stdout
