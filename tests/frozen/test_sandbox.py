"""The walls around the built file's processes, as this machine's kernel has them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.started import Started, environment, program

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.skipif(sys.platform != "linux", reason="the walls are those of Linux"),
]


def test_doctor_tries_the_walls_and_none_that_stands_lets_through_what_it_is_for(
    executable: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [executable, "doctor", "--json"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        check=False,
    )
    told = json.loads(done.stdout)["sandbox"]
    assert told["on"]
    for kind, by in (
        ("readers", {"files": "files", "network": "calls", "programs": "calls"}),
        ("server", {"files": "files", "programs": "files"}),
    ):
        walls, possible = told[kind]["walls"], told[kind]["possible"]
        assert possible.keys() == by.keys()
        for what, wall in by.items():
            assert not (walls[wall]["on"] and possible[what]), (kind, what)
            assert walls[wall]["on"] or walls[wall]["why"]


def test_every_thread_of_a_server_is_kept_in_and_its_children_still_work(server: Started) -> None:
    # What starts before the walls are up ends soon: it sweeps away what earlier starts left.
    until = time.monotonic() + 60
    while any(kept == 0 for kept in _no_new_privileges(server)):
        assert time.monotonic() < until, "a thread is outside"
        time.sleep(0.2)
    wanted = {"input": "Good morning.", "response_format": "wav"}
    said = httpx.post(f"{server.url}/v1/audio/speech", json=wanted, timeout=120)
    assert said.content.startswith(b"RIFF")


def _no_new_privileges(server: Started) -> list[int]:
    """Of every thread of the program that serves: the bootloader, its parent, only waits."""
    tasks = Path(f"/proc/{program(server.process)}/task").iterdir()
    return [
        int(line.split()[1])
        for task in tasks
        for line in (task / "status").read_text().splitlines()
        if line.startswith("NoNewPrivs:")
    ]
