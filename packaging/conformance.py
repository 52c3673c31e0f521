"""Runs llama.cpp's own server tests against our executable and against llama.cpp's server.

The tests are those of the vendored source of the installed version; they are run where they lie
and never copied. Every model that they would download is replaced by one local model.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import environment
import llama_server
import models
import places
import weights
from build import Wanted, build

# Features of llama.cpp's server that an assistant in one file does not have.
OUT_OF_SCOPE = frozenset(
    {"router", "mcp_servers", "tools_builtin", "proxy", "compat_gcp", "kv_keep_only_active"}
)

# Put in front of the real server: names one local model instead of one to download.
WRAPPER = """#!{python}
import os, sys
arguments, given, swapped = [], iter(sys.argv[1:]), False
for argument in given:
    if argument in ("--hf-repo", "--hf-file", "--model-url"):
        next(given)
        swapped = True
    elif argument != "--offline":
        arguments.append(argument)
if swapped and "--model" not in arguments:
    arguments += ["--model", {model!r}]
os.execv({server!r}, [{server!r}, *{extra!r}, *arguments])
"""

# Loaded by pytest with -p: nothing is to be downloaded before the first test.
PLUGIN = """
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    import utils
    utils.ServerPreset.load_all = staticmethod(lambda: None)
"""

Outcomes = dict[str, bool]  # test id, such as "basic::test_server_props": did it pass?


class Subject:
    """One server under test: a name, its file, and flags that it needs besides."""

    def __init__(self, name: str, server: Path, *extra: str) -> None:
        self.name = name
        self.server = server
        self.extra = list(extra)

    def outcomes(
        self, tests: Path, model: Path, python: Path, folder: Path, choice: list[str]
    ) -> Outcomes:
        """Run the tests once; `choice` is handed to pytest."""
        folder.mkdir(parents=True, exist_ok=True)
        wrapper = folder / f"{self.name}-wrapper.py"
        wrapper.write_text(
            WRAPPER.format(
                python=python, model=str(model), server=str(self.server), extra=self.extra
            )
        )
        wrapper.chmod(0o755)
        (folder / "no_downloads.py").write_text(PLUGIN)
        (folder / "wget.py").touch()  # imported by the tests, and used for downloads only
        report = folder / f"{self.name}.xml"
        command = [
            str(python), "-m", "pytest", "-p", "no_downloads", "-p", "no:cacheprovider",
            "-m", "not slow", "-q", "--no-header", "--tb=short", "-n", "2", "--dist=loadfile",
            f"--junitxml={report}", *choice,
        ]  # fmt: skip
        environment = {
            **os.environ,
            "LLAMA_SERVER_BIN_PATH": str(wrapper),
            "PYTHONPATH": os.pathsep.join([str(folder), str(tests)]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PORT": "8080",
        }
        with (folder / f"{self.name}.log").open("w") as log:
            subprocess.run(command, cwd=tests, env=environment, stdout=log, stderr=log, check=False)
        return read_report(report)


def read_report(path: Path) -> Outcomes:
    """Test id -> passed, out of a JUnit report; skipped tests are left out."""
    outcomes: Outcomes = {}
    for case in ElementTree.parse(path).iter("testcase"):
        if case.find("skipped") is None:
            area = case.attrib["classname"].rpartition("test_")[2].partition(".")[0]
            failed = case.find("failure") is not None or case.find("error") is not None
            outcomes[f"{area}::{case.attrib['name']}"] = not failed
    return outcomes


def table(ours: Outcomes, theirs: Outcomes) -> str:
    """Per file of tests: passed by llama-server, of these by ours, and by ours in all."""
    rows: Mapping[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for test in {*ours, *theirs}:
        row = rows[test.partition("::")[0]]
        row[0] += theirs.get(test, False)
        row[1] += theirs.get(test, False) and ours.get(test, False)
        row[2] += ours.get(test, False)
    lines = [
        "| tests | llama-server passes | of these, assistant | assistant in all |",
        "|---|---|---|---|",
    ]
    for area, (passed, both, mine) in sorted(rows.items()):
        note = " (out of scope)" if area in OUT_OF_SCOPE else ""
        lines.append(f"| {area}{note} | {passed} | {both} | {mine} |")
    within = [row for area, row in rows.items() if area not in OUT_OF_SCOPE]
    sums = [sum(column) for column in zip(*within, strict=True)] if within else [0, 0, 0]
    lines.append(f"| **all in scope** | **{sums[0]}** | **{sums[1]}** | **{sums[2]}** |")
    return "\n".join(lines)


def only_theirs(ours: Outcomes, theirs: Outcomes) -> list[str]:
    """The tests in scope that llama-server passes and ours does not."""
    return sorted(
        test
        for test, passed in theirs.items()
        if passed and not ours.get(test, False) and test.partition("::")[0] not in OUT_OF_SCOPE
    )


def main(choice: list[str]) -> int:
    """Build what is needed and run everything; `choice` is handed to pytest."""
    environment.prepare((*environment.LOCKED, "conformance"))
    executable = build(Wanted(models.TESTS, target=places.BUILD / "test" / places.PROGRAM))
    model = weights.fetched(models.TESTS)[1]
    server = llama_server.built()
    with tempfile.TemporaryDirectory() as folder:
        tests = llama_server.source(Path(folder)) / "tools" / "server" / "tests"
        report = places.BUILD / "conformance"
        return run(executable, server, tests, model, environment.python(), report, choice)


def run(
    executable: Path,
    reference: Path,
    tests: Path,
    model: Path,
    python: Path,
    folder: Path,
    choice: list[str],
) -> int:
    """Run both, print the table and what only llama-server passes; 1 if there is any."""
    print("llama.cpp's server tests against llama-server …", flush=True)
    theirs = Subject("llama-server", reference).outcomes(tests, model, python, folder, choice)
    print("… and against the assistant …", flush=True)
    # Their tests take for granted that every site may ask; one that names sites comes after this.
    mine = Subject("assistant", executable, "--no-browser", "--cors-origins", "*").outcomes(
        tests, model, python, folder, choice
    )
    print(table(mine, theirs))
    missing = only_theirs(mine, theirs)
    print(*(f"only llama-server passes {test}" for test in missing), sep="\n")
    return 1 if missing else 0
