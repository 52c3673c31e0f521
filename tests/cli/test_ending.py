from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from app.cli.ending import Ending


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, 0)]
)
def test_a_signal_ends_the_waiting(number: signal.Signals, status: int) -> None:
    if signal.getsignal(number) is signal.SIG_IGN:  # so nohup starts its programs
        signal.signal(number, signal.SIG_DFL)
    before = signal.getsignal(number)
    with Ending() as ending:
        threading.Timer(0.05, os.kill, [os.getpid(), number]).start()
        assert ending.wait(10)
        assert ending.status == status
    assert signal.getsignal(number) is before


def test_without_a_signal_the_time_runs_out() -> None:
    with Ending() as ending:
        assert not ending.wait(0.01)


def test_a_second_signal_does_no_harm() -> None:
    with Ending() as ending:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGINT):
            os.kill(os.getpid(), number)
        assert ending.wait(10)
        assert ending.status == 130


def test_under_nohup_a_closed_terminal_ends_nothing() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Ending() as ending:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not ending.wait(0.05)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_the_process_ends_in_good_time_even_if_something_hangs() -> None:
    code = (
        "from app.cli import ending; import time; ending.LONGEST_S = 0.1\n"
        "with ending.Ending() as one: one.within_limit(); time.sleep(60)"
    )
    started = time.monotonic()
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 0
    assert time.monotonic() - started < 20
