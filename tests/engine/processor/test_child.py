from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.engine.processor import child
from app.engine.processor.child import End, Tell

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")

VERB = "prove-variant"


def well(arguments: Sequence[str], tell: Tell) -> int:
    tell("first")
    tell(" ".join(arguments))
    return 7


def crash(arguments: Sequence[str], tell: Tell) -> int:
    tell("about to")
    ctypes.string_at(1)
    return 0


def hang(arguments: Sequence[str], tell: Tell) -> int:
    tell("waiting")
    time.sleep(60)
    return 0


def shout(arguments: Sequence[str], tell: Tell) -> int:
    os.write(1, b"out")
    os.write(2, b"err")
    return 0


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As at the program's start, whatever threads other tests have left behind."""
    monkeypatch.setattr(child.threading, "active_count", lambda: 1)


@pytest.mark.usefixtures("alone")
def test_the_status_and_the_last_word_come_back() -> None:
    assert child.run(well, VERB, ["a", "b"], 20) == End(7, "a b")


@pytest.mark.usefixtures("alone")
def test_a_crash_ends_the_child_alone_and_leaves_no_core_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert child.run(crash, VERB, [], 20) == End(-signal.SIGSEGV, "about to")
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("alone")
def test_a_child_that_hangs_is_ended() -> None:
    began = time.monotonic()
    assert child.run(hang, VERB, [], 0.2) == End(None, "waiting")
    assert time.monotonic() - began < 10


@pytest.mark.usefixtures("alone")
def test_what_libraries_print_in_the_child_is_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    child.run(shout, VERB, [], 20)
    assert capfd.readouterr() == ("", "")


def test_beside_other_threads_it_is_another_process_of_this_program(tmp_path: Path) -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        end = child.run(well, VERB, [str(tmp_path), str(tmp_path / "none.so")], 60)
    finally:
        done.set()
        other.join()
    assert end.status not in (7, None), "it was forked"
    assert str(tmp_path) in end.last, "the verb ran, and told what is missing"
