"""The verb `test`: every checker and every test, on a file built with the tiny model."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

import environment
import models
import page
import places
import weights
from app.language import Text
from build import Wanted, build
from console import say

EXECUTABLE_VARIABLE = "ASSISTANT_TEST_EXECUTABLE"
MODEL_VARIABLE = "ASSISTANT_TEST_MODEL"
MOST_PROCESSES = 4
"""Of pytest, each with a server of its own."""


def main(pytest_arguments: Sequence[str]) -> int:
    """Run everything and return the exit status: 0 if all passed.

    Raises: BuildFailed, where it comes to no test at all.
    """
    environment.prepare((*environment.LOCKED, "test"))
    target = places.BUILD / "test" / places.PROGRAM
    executable = build(Wanted(models.TESTS, target=target))
    model = weights.fetched(models.TESTS)[1]
    python = str(environment.python())
    checks = {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy"],
        "mypy packaging": [python, "-m", "mypy", *_own_modules()],
        "import-linter": [str(environment.script("lint-imports"))],
        "web check": [str(environment.script("npm")), "--prefix", str(page.WEB), "run", "check"],
        "web test": [str(environment.script("npm")), "--prefix", str(page.WEB), "test"],
        "pytest": [python, "-m", "pytest", *_side_by_side(), *pytest_arguments],
    }
    variables = {
        "MYPYPATH": str(places.PACKAGING),
        EXECUTABLE_VARIABLE: str(executable),
        MODEL_VARIABLE: str(model),
    }
    failed = [name for name, command in checks.items() if not _passes(name, command, variables)]
    if failed:
        names = ", ".join(failed)
        say(Text(f"Not passed: {names}", f"未通过：{names}"))
    return 1 if failed else 0


def _side_by_side() -> list[str]:
    """One process for each processor, whole files to each: what they start is shared by file."""
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    return [f"--numprocesses={processes}", "--dist=loadfile", "--no-loadscope-reorder"]


def _own_modules() -> list[str]:
    return [str(path) for path in sorted(places.PACKAGING.glob("*.py"))]


def _passes(name: str, command: list[str], variables: dict[str, str]) -> bool:
    say(Text(f"— {name}", f"— {name}"))
    sys.stdout.flush()
    everything = {**os.environ, **environment.search_path(), **variables, "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=places.ROOT, env=everything, check=False).returncode == 0
