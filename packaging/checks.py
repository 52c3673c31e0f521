"""The verb `test`: every checker and every test, on a file built with the tiny model."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import commands
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
    variables = {
        **os.environ,
        **environment.search_path(),
        **commands.PYTHON_HABITS,
        "MYPYPATH": str(places.PACKAGING),
        EXECUTABLE_VARIABLE: str(executable),
        MODEL_VARIABLE: str(weights.fetched(models.TESTS)[1]),
    }
    failed = [*_not_passed(_checkers(), variables), *_tested(pytest_arguments, variables)]
    if failed:
        names = ", ".join(failed)
        say(Text(f"Not passed: {names}", f"未通过：{names}"))
    return 1 if failed else 0


def _checkers() -> dict[str, list[str]]:
    """The commands that read the sources, the longest first."""
    python = str(environment.python())
    npm = [str(environment.script("npm")), "--prefix", str(page.WEB), "run"]
    return {
        "mypy": [python, "-m", "mypy", "app", *_own_modules()],
        "web check": [*npm, "check"],
        "web test": [*npm, "test"],
        "import-linter": [str(environment.script("lint-imports"))],
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
    }


def _not_passed(checkers: Mapping[str, list[str]], variables: Mapping[str, str]) -> list[str]:
    """The names of those that find fault: all run side by side, each one's words kept together."""

    def done(command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=places.ROOT,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )

    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, ended in zip(checkers, pool.map(done, checkers.values()), strict=True):
            say(Text(f"— {name}", f"— {name}"))
            print(ended.stdout, flush=True)
            if ended.returncode:
                failed.append(name)
    return failed


def _tested(arguments: Sequence[str], variables: Mapping[str, str]) -> list[str]:
    say(Text("— pytest", "— pytest"))
    sys.stdout.flush()
    command = [str(environment.python()), "-m", "pytest", *_side_by_side(), *arguments]
    ended = subprocess.run(command, cwd=places.ROOT, env=variables, check=False)
    return ["pytest"] if ended.returncode else []


def _side_by_side() -> list[str]:
    """One process for each processor, whole files to each: what they start is shared by file."""
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    return [f"--numprocesses={processes}", "--dist=loadfile", "--no-loadscope-reorder"]


def _own_modules() -> list[str]:
    return [str(path) for path in sorted(places.PACKAGING.glob("*.py"))]
