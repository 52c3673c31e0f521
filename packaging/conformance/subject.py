"""One server under llama.cpp's own server tests: each file of tests by a pytest of its own.

The tests are run where they lie, in the vendored source, and never copied.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from bench.servers import free_port
from conformance.report import Outcomes

INSIDE = Path(__file__).parent / "inside"
AT_ONCE = 2  # files of tests: most tests wait for one server
FILE_LIMIT_S = 3600.0  # each test has a limit of its own; this one is for a pytest that hangs
LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class Suite:
    """What is run: the folder of the tests, one model for all, an interpreter, pytest's words."""

    folder: Path
    model: Path
    python: Path
    choice: tuple[str, ...] = ()

    def files(self) -> list[Path]:
        """The files, the largest first: whatever is left for the end is short."""
        files = (self.folder / "unit").glob("test_*.py")
        return sorted(files, key=lambda file: file.stat().st_size, reverse=True)


@dataclass(frozen=True, slots=True)
class Subject:
    """One server: a name, its file, and flags that it needs besides."""

    name: str
    server: Path
    flags: tuple[str, ...] = ()

    def outcomes(
        self, suite: Suite, kept: Path, on_file: Callable[[Path, Outcomes], None]
    ) -> Outcomes:
        """Run everything once; logs and reports go to the folder `kept`."""
        folder = kept / self.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (suite.folder / "tmp").mkdir(exist_ok=True)  # the tests take it for granted
        together: Outcomes = {}
        over = Event()

        def run(file: Path) -> None:
            found = {} if over.is_set() else self._run(suite, folder, file, over)
            on_file(file, found)
            together.update(found)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                list(pool.map(run, suite.files()))
            finally:
                over.set()
        return together

    def _run(self, suite: Suite, folder: Path, file: Path, over: Event) -> Outcomes:
        report = folder / f"{file.stem}.jsonl"
        report.touch()
        command = [
            *(str(suite.python), "-m", "pytest", "-p", "local_model", "-p", "no:cacheprovider"),
            *("-m", "not slow", "--no-header", "--tb=short", f"unit/{file.name}", *suite.choice),
        ]
        with (folder / f"{file.stem}.log").open("w") as log:
            pytest = subprocess.Popen(
                command,
                cwd=suite.folder,
                env=self._variables(suite, report),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            _wait(pytest, over)
        return _read(report)

    def _variables(self, suite: Suite, report: Path) -> dict[str, str]:
        return {
            **os.environ,
            "CONFORMANCE_FLAGS": " ".join(self.flags),
            "CONFORMANCE_MODEL": str(suite.model),
            "CONFORMANCE_REPORT": str(report),
            "CONFORMANCE_SERVER": str(self.server),
            "LLAMA_SERVER_BIN_PATH": str(INSIDE / "server.py"),
            "PORT": str(free_port()),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.pathsep.join([str(INSIDE), str(suite.folder)]),
        }


def _wait(pytest: subprocess.Popen[bytes], over: Event) -> None:
    """Wait for it, or for the end of everything; nothing that it started outlives it."""
    until = time.monotonic() + FILE_LIMIT_S
    while pytest.poll() is None and time.monotonic() < until and not over.wait(LOOK_S):
        pass
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pytest.pid, signal.SIGKILL)
    pytest.kill()
    pytest.wait()


def _read(report: Path) -> Outcomes:
    """Test id, such as "basic::test_server_props", to passed; skipped tests are left out."""
    outcomes: Outcomes = {}
    for line in report.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        file, _, test = told["test"].partition("::")
        if told["outcome"] != "skipped":
            area = Path(file).stem.removeprefix("test_")
            outcomes[f"{area}::{test}"] = told["outcome"] == "passed"
    return outcomes
