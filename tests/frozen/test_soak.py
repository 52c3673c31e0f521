"""The file under many clients, of whom some leave and some send nonsense."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.started import environment

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in /proc"),
]

ROOT = Path(__file__).parents[2]


def test_many_clients_get_right_answers_and_leave_nothing_behind(
    executable: Path, tmp_path: Path
) -> None:
    soak = [sys.executable, "packaging", "bench", "soak", "--"]
    done = subprocess.run(
        [*soak, "--executable", executable, "--requests", "80"],
        cwd=ROOT,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("\n0 wrong\n")
