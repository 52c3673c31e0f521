"""`python3 packaging conformance`: llama.cpp's server tests against its own server and ours."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import environment
import llama_server
import models
import places
import weights
from bench.subjects import same_variant
from build import Wanted, build
from conformance.report import Outcomes, only_theirs, table
from conformance.subject import AT_ONCE, Subject, Suite

KEPT = places.BUILD / "conformance"


def main(choice: list[str]) -> int:
    """Build what is needed and run everything; `choice` is handed to pytest.

    Prints the table; 1 where llama-server alone passes a test in scope.
    """
    environment.prepare((*environment.LOCKED, "conformance"))
    executable = build(Wanted(models.TESTS, target=places.BUILD / "test" / places.PROGRAM))
    model = weights.fetched(models.TESTS)[1]
    threads = ("--threads", str(max(1, len(os.sched_getaffinity(0)) // AT_ONCE)))
    reference = Subject("llama-server", same_variant(executable, KEPT), threads)
    # Their tests take for granted that every site may ask; one that names sites comes after this.
    ours = Subject("assistant", executable, (*threads, "--no-browser", "--cors-origins", "*"))
    with tempfile.TemporaryDirectory() as folder:
        source = llama_server.source(Path(folder)) / "tools" / "server" / "tests"
        suite = Suite(source, model, environment.python(), tuple(choice))
        theirs, mine = (_run(subject, suite) for subject in (reference, ours))
    print(table(mine, theirs))
    return 1 if only_theirs(mine, theirs) else 0


def _run(subject: Subject, suite: Suite) -> Outcomes:
    """Run one, with a line for each file of tests that is through."""
    print(f"llama.cpp's server tests against {subject.name}:", flush=True)
    began = time.monotonic()

    def through(file: Path, found: Outcomes) -> None:
        passed, minutes = sum(found.values()), (time.monotonic() - began) / 60
        print(f"  {minutes:5.1f} min  {file.stem}: {passed} of {len(found)} pass", flush=True)

    return subject.outcomes(suite, KEPT, through)
