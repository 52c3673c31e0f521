from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.bundle import bootloader

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")

CHILD = """
import pathlib, sys, time
from app.bundle import bootloader
bootloader.end_with_parent(lambda: pathlib.Path(sys.argv[1]).unlink())
print("watching", flush=True)
{then}
"""
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", *sys.argv[1:]])
child.wait()
"""


def started(litter: Path, then: str) -> subprocess.Popen[bytes]:
    """A parent whose child watches it; both hold the pipe that tells when the last has ended."""
    litter.touch()
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD.format(then=then), str(litter)],
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"watching\n"
    return parent


SLEEP = "time.sleep(60)"
OWN_WAY_TO_END = f"import signal; signal.signal(signal.SIGTERM, lambda *_: sys.exit()); {SLEEP}"


@pytest.mark.parametrize("then", [SLEEP, OWN_WAY_TO_END])
def test_a_killed_parent_takes_its_child_along_and_the_child_cleans_up(tmp_path: Path, then: str):
    parent = started(tmp_path / "litter", then)
    parent.kill()
    parent.communicate(timeout=10)
    assert not (tmp_path / "litter").exists()


def test_with_its_parent_alive_the_child_leaves_the_cleaning_to_it(tmp_path: Path):
    parent = started(tmp_path / "litter", "")
    parent.communicate(timeout=10)
    assert parent.returncode == 0
    assert (tmp_path / "litter").exists()


def test_one_ctrl_c_interrupts_once(monkeypatch: pytest.MonkeyPatch):
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(bootloader, "INTERRUPT_ONCE_S", 0.3)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        bootloader.interrupt_once()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)  # the bootloader passes on the same Ctrl-C
        time.sleep(0.35)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
