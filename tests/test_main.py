from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import app
from app import __main__ as program
from app.engine.processor import proof

ROOT = Path(app.__file__).parents[1]

TOO_OLD_PROCESSOR = """
import atexit, runpy, sys
from app import cpu
cpu.machine, cpu.features = (lambda: "x86_64"), (lambda: frozenset({"sse2"}))
atexit.register(lambda: print(*(name for name in sys.modules if name.startswith("app"))))
runpy.run_module("app", run_name="__main__")
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def test_on_a_processor_that_is_too_old_nothing_else_is_imported() -> None:
    done = run("-c", TOO_OLD_PROCESSOR)
    assert done.returncode == 3
    assert "SSSE3" in done.stderr
    assert set(done.stdout.split()) == {"app", "app.cpu", "app.language"}


def test_the_hidden_verb_is_the_one_that_the_proof_calls() -> None:
    assert program.PROVE == proof.VERB


def test_the_hidden_verb_proves_without_the_command_line(tmp_path: Path) -> None:
    done = run("-m", "app", program.PROVE, str(tmp_path), str(tmp_path / "missing.so"))
    assert done.returncode == proof.UNLOADABLE
    assert done.stdout.startswith("loading\n")
