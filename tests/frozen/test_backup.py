"""Backups through the built file, while another one works with the same data folder."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.started import Started, environment

pytestmark = pytest.mark.frozen

LONG_S = 60.0


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG_S
    while not true():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.1)


def test_a_backup_is_made_and_brought_back_while_the_assistant_runs(
    executable: Path, tmp_path: Path
) -> None:
    around = environment(tmp_path)
    data, kept = tmp_path / "data", tmp_path / "kept.zip"

    def run(*words: str | Path) -> str:
        command = [executable, *words, "--data", data]
        done = subprocess.run(command, env=around, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    command = [executable, "--data", data]
    with Started(command, around, tmp_path / "printed") as running:
        running.wait_ready()
        with httpx.Client(base_url=running.url, timeout=LONG_S) as client:

            def add(name: str, text: str) -> None:
                sent = {"file": (f"{name}.txt", text.encode())}
                assert client.post("/v1/documents", files=sent).status_code < 300

            def names() -> set[str]:
                return {each["name"] for each in client.get("/v1/documents").json()["data"]}

            add("zebras", "Zebras eat grass.")
            until(lambda: names() == {"zebras.txt"})
            assert "kept.zip" in run("backup", kept)
            add("pandas", "Pandas eat bamboo.")
            until(lambda: names() == {"zebras.txt", "pandas.txt"})
            assert "Restored" in run("restore", kept)
            until(lambda: names() == {"zebras.txt"})
            found = client.post("/v1/search", json={"query": "what do zebras eat"})
            assert "grass" in found.text
        # It was told, and nothing is lost.
        assert "A backup was brought back" in running.printed
    (before,) = data.glob("before-restore-*")
    assert (before / "documents" / "documents.db").exists()
