"""A pytest plugin for llama.cpp's server tests: no downloads, no test without an end, a report.

Each finished test becomes a line of the report at once, so that a run that is killed tells, too.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

LIMIT_S = int(os.environ.get("CONFORMANCE_LIMIT_S", "300"))
START_S = 180  # of a server, on a machine that has other work: theirs is one minute
OUTCOMES: dict[str, str] = {}


class TookTooLong(BaseException):
    """Not an Exception, so that no test's own `except` goes on after it."""


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Their session begins with downloading every model, and has little patience."""
    import utils

    utils.ServerPreset.load_all = staticmethod(lambda: None)
    utils.ServerProcess.start.__defaults__ = (START_S,)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """End a test that hangs: its servers are killed, and whoever waits for them goes on."""
    if not hasattr(signal, "SIGALRM"):
        return (yield)

    def ended(_signal: int, _frame: object) -> None:
        import utils

        for server in utils.server_instances:
            if server.process is not None:
                server.process.kill()
        raise TookTooLong(f"{item.name} took longer than {LIMIT_S} s")

    signal.signal(signal.SIGALRM, ended)
    signal.alarm(LIMIT_S)
    try:
        return (yield)
    finally:
        signal.alarm(0)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Passed: each of its phases was. Skipped tests are no part of the report."""
    if report.outcome != "passed" or report.nodeid not in OUTCOMES:
        OUTCOMES[report.nodeid] = report.outcome
    if report.when == "teardown":
        line = {"test": report.nodeid, "outcome": OUTCOMES[report.nodeid]}
        with Path(os.environ["CONFORMANCE_REPORT"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
