from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.__main__ import READ
from app.assembly.library import READ_DOCUMENTS, reading_command
from app.assembly.reading import recognize
from app.knowledge.extraction.requests import ask

PARENT = "import subprocess, sys; subprocess.Popen(sys.argv[1:], stdin=0).wait()"


def test_the_hidden_verb_is_the_one_that_the_library_calls() -> None:
    assert READ == READ_DOCUMENTS


def test_without_models_there_is_no_recognition() -> None:
    assert recognize(1) is None


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such signal")
def test_a_child_that_reads_ends_with_its_parent(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("Quinces.", encoding="utf-8")
    ours, theirs = socket.socketpair()
    with theirs:
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, *reading_command(1)],
            stdin=theirs,
            stdout=subprocess.PIPE,
        )
    assert parent.stdout
    with ours, parent.stdout:
        ask(ours, file, file.name)
        assert b"Quinces" in parent.stdout.readline()
        child = _child_of(parent.pid)
        parent.kill()
        parent.wait()
        # Its input is still open, so that only the parent's end can end it.
        until = time.monotonic() + 30
        while _runs(child):
            assert time.monotonic() < until, "it outlives its parent"
            time.sleep(0.05)


def _child_of(parent: int) -> int:
    path = Path(f"/proc/{parent}/task/{parent}/children")
    return int(path.read_text().split()[0])


def _runs(pid: int) -> bool:
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return False
