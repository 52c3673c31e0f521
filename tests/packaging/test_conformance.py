from __future__ import annotations

import sys
from pathlib import Path

import pytest

from conformance.inside.server import localized
from conformance.report import only_theirs, table
from conformance.subject import Subject, Suite

# The least that the plugin needs of the module that all of llama.cpp's tests import.
UTILS = """
import os, subprocess
server_instances = set()
class ServerPreset:
    @staticmethod
    def load_all():
        raise OSError("this would download every model")
class ServerProcess:
    def start(self, timeout_seconds=60):
        return timeout_seconds
class Process:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        server_instances.add(self)
"""
TESTS = """
import os, pytest
from utils import Process, ServerPreset, ServerProcess

def setup_module():
    ServerPreset.load_all()

def test_the_server_is_asked_with_the_local_model():
    command = [os.environ["LLAMA_SERVER_BIN_PATH"], "--hf-repo", "some/model"]
    assert Process(command).process.stdout.read() == "--flag --model tiny.gguf\\n"

def test_a_server_never_answers():
    Process(["sleep", "600"]).process.wait()

def test_fails():
    assert False

@pytest.mark.parametrize("mark", ["a|b"])
def test_passes(mark):
    assert ServerProcess().start() == 180

def test_is_skipped():
    pytest.skip("not here")

@pytest.mark.slow
def test_is_slow():
    pass
"""


def test_every_test_is_run_and_one_that_hangs_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFORMANCE_LIMIT_S", "2")
    folder = tmp_path / "tests"
    (folder / "unit").mkdir(parents=True)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = slow\n")
    (folder / "utils.py").write_text(UTILS)
    (folder / "unit" / "test_some.py").write_text(TESTS)
    server = tmp_path / "server.sh"
    server.write_text('#!/bin/sh\necho "$@"\n')
    server.chmod(0o755)
    finished: list[str] = []
    outcomes = Subject("ours", server, ("--flag",)).outcomes(
        Suite(folder, Path("tiny.gguf"), Path(sys.executable)),
        tmp_path / "kept",
        lambda file, found: finished.append(f"{file.name} {len(found)}"),
    )
    assert outcomes == {
        "some::test_the_server_is_asked_with_the_local_model": True,
        "some::test_a_server_never_answers": False,
        "some::test_fails": False,
        "some::test_passes[a|b]": True,
    }
    assert finished == ["test_some.py 4"]
    log = (tmp_path / "kept" / "ours" / "test_some.log").read_text()
    assert "test_a_server_never_answers took longer than 2 s" in log


def test_one_local_model_takes_the_place_of_all() -> None:
    def swapped(*given: str) -> list[str]:
        return localized(list(given), "tiny.gguf")

    local = ["--port", "1", "--model", "tiny.gguf"]
    assert swapped("--port", "1", "--hf-repo", "a/b", "--hf-file", "c", "--offline") == local
    assert swapped("--port", "1") == ["--port", "1"]
    assert swapped("--model", "own.gguf", "--hf-repo", "a/b") == ["--model", "own.gguf"]


def test_the_table_names_what_only_llama_server_passes() -> None:
    theirs = {"basic::test_a": True, "basic::test_b[x|y]": True, "router::test_c": True}
    ours = {"basic::test_a": True, "basic::test_b[x|y]": False, "router::test_c": False}
    assert only_theirs(ours, theirs) == ["basic::test_b[x|y]"]
    assert table(ours, theirs).splitlines()[2:] == [
        "| basic | 2 | 2 | 1 | `test_b[x\\|y]` |",
        "| **together** | 2 | 2 | 1 | |",
        "| router (out of scope) | 1 | 1 | 0 | |",
    ]
