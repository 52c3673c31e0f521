from __future__ import annotations

import threading
import time
from contextlib import suppress

import pytest

from app.engine.cores import Cores


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def answer(cores: Cores, clock: Clock, seconds: float) -> None:
    with cores.for_answers():
        clock.now += seconds


def wait(cores: Cores, clock: Clock, seconds: float) -> None:
    with cores.for_what_can_wait():
        clock.now += seconds


def test_while_nobody_asks_what_can_wait_need_not(clock: Clock) -> None:
    cores = Cores(clock)
    for _ in range(3):
        wait(cores, clock, 1.0)
    assert clock.now == 103


def test_while_answers_run_what_can_wait_gets_its_share(clock: Clock) -> None:
    cores = Cores(clock, share=0.25, idle_s=0.05)
    answer(cores, clock, 0.04)
    wait(cores, clock, 0.2)
    for _ in range(14):  # 0.56 s: less than three times 0.2 s
        answer(cores, clock, 0.04)
        assert not cores._is_free()
    answer(cores, clock, 0.04)
    answer(cores, clock, 0.04)
    assert cores._is_free()


def test_after_a_pause_of_the_answers_nothing_is_owed(clock: Clock) -> None:
    cores = Cores(clock, idle_s=0.05)
    answer(cores, clock, 0.04)
    wait(cores, clock, 1.0)
    answer(cores, clock, 0.04)
    assert not cores._is_free()
    clock.now += 0.06
    assert cores._is_free()


def test_an_answer_that_waits_comes_first() -> None:
    cores = Cores()
    order: list[str] = []

    def waiting() -> None:
        with cores.for_what_can_wait():
            order.append("vector")

    def answering() -> None:
        with cores.for_answers():
            order.append("answer")

    with cores.for_what_can_wait():
        threads = [threading.Thread(target=waiting)]
        threads[0].start()
        time.sleep(0.02)
        threads.append(threading.Thread(target=answering))
        threads[1].start()
        deadline = time.monotonic() + 5
        while not cores._answers_waiting:
            assert time.monotonic() < deadline
            time.sleep(0.001)
    for thread in threads:
        thread.join(5)
    assert order == ["answer", "vector"]


def test_a_failure_gives_the_turn_back() -> None:
    cores = Cores()
    for turn in (cores.for_answers, cores.for_what_can_wait):
        with suppress(ValueError), turn():
            raise ValueError
        assert not cores._taken
