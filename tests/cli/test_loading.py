from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from app.cli import loading
from app.cli.loading import preparing, wait_ready
from app.cli.terminal import Terminal
from app.engine.engine import Engine
from app.errors import BadFile
from app.language import Text
from tests.cli.surroundings import Screen
from tests.fakes.llama import ScriptedLlama


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "QUIET_S", 0.05)
    monkeypatch.setattr(loading, "STEP_S", 0.01)


def slow(seconds: float) -> Callable[[Callable[[float], None]], ScriptedLlama]:
    def load(report: Callable[[float], None]) -> ScriptedLlama:
        report(0.5)
        time.sleep(seconds)
        return ScriptedLlama()

    return load


def test_a_quick_load_is_not_mentioned(screen: Screen, terminal: Terminal) -> None:
    engine = Engine(slow(0))
    assert wait_ready(engine, terminal)
    engine.close()
    assert screen.getvalue() == ""


def test_where_a_person_looks_a_bar_moves_and_goes(screen: Screen, terminal: Terminal) -> None:
    screen.watched = True
    engine = Engine(slow(0.3))
    assert wait_ready(engine, terminal)
    engine.close()
    shown = screen.getvalue()
    assert "50%" in shown
    assert "█" in shown
    assert shown.endswith(" \r"), "the bar is wiped away"


def test_elsewhere_one_line_tells(screen: Screen, terminal: Terminal) -> None:
    engine = Engine(slow(0.3))
    assert wait_ready(engine, terminal)
    engine.close()
    assert screen.getvalue() == "Loading the model …\n"


def test_it_stops_waiting_when_the_program_shall_end(terminal: Terminal) -> None:
    goes_on = threading.Event()

    def load(report: Callable[[float], None]) -> ScriptedLlama:
        goes_on.wait(10)
        return ScriptedLlama()

    engine = Engine(load)
    assert not wait_ready(engine, terminal, ended=lambda: True)
    goes_on.set()
    engine.close()


def test_what_the_loading_failed_with_is_raised(terminal: Terminal) -> None:
    def load(report: Callable[[float], None]) -> ScriptedLlama:
        raise BadFile(Text("damaged", "损坏"))

    with pytest.raises(BadFile, match="damaged"):
        wait_ready(Engine(load), terminal)


def test_a_long_preparation_is_explained_and_a_short_one_is_not(
    screen: Screen, terminal: Terminal
) -> None:
    with preparing(terminal):
        pass
    time.sleep(0.2)
    assert screen.getvalue() == ""
    with preparing(terminal):
        time.sleep(0.2)
    assert screen.getvalue().startswith("Preparing the engine")
