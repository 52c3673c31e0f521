from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from app.api import workers
from app.api.workers import Workers

WAIT_S = 5.0


class Visitor:
    """A connection whose request takes until `go` is set."""

    def __init__(self, keep: bool = False, fail: bool = False) -> None:
        self.go, self.begun, self.closed, self.kept = (threading.Event() for _ in range(4))
        self._keep, self._fail = keep, fail

    def communicate(self) -> bool:
        self.begun.set()
        self.go.wait(WAIT_S)
        if self._fail:
            raise RuntimeError("a bug")
        return self._keep

    def close(self) -> None:
        self.closed.set()

    def abort(self) -> None:
        self.go.set()


class Keeper:
    def put_conn(self, conn: Visitor) -> None:
        conn.kept.set()


@pytest.fixture
def pool() -> Iterator[Workers]:
    pool = Workers(Keeper(), least=1, most=64)  # type: ignore[arg-type]
    pool.start()
    yield pool
    pool.stop(1)


def test_the_pool_grows_to_as_many_as_are_busy_and_no_further(pool: Workers) -> None:
    visitors = [Visitor() for _ in range(70)]
    for visitor in visitors:
        pool.put(visitor)
    assert all(visitor.begun.wait(WAIT_S) for visitor in visitors[:64])
    assert not visitors[-1].begun.wait(0.05)
    assert pool.busy == 64
    for visitor in visitors:
        visitor.go.set()
    assert all(visitor.closed.wait(WAIT_S) for visitor in visitors)


def test_an_idle_thread_is_used_again(pool: Workers) -> None:
    before = threading.active_count()
    for _ in range(20):
        visitor = Visitor(keep=True)
        visitor.go.set()
        pool.put(visitor)
        assert visitor.kept.wait(WAIT_S)
        time.sleep(0.005)
    assert threading.active_count() <= before + 2


def test_a_thread_survives_a_bug(pool: Workers, caplog: pytest.LogCaptureFixture) -> None:
    broken, fine = Visitor(fail=True), Visitor(keep=True)
    for visitor in (broken, fine):
        visitor.go.set()
        pool.put(visitor)
    assert broken.closed.wait(WAIT_S)
    assert fine.kept.wait(WAIT_S)
    assert "a connection failed" in caplog.text


def test_threads_beyond_the_least_go_when_idle(
    pool: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_IDLE_S", 0.05)
    before = threading.active_count()
    visitors = [Visitor() for _ in range(8)]
    for visitor in visitors:
        pool.put(visitor)
        visitor.begun.wait(WAIT_S)
    assert threading.active_count() == before + 8
    for visitor in visitors:
        visitor.go.set()
    end = time.monotonic() + WAIT_S
    while threading.active_count() > before + 1 and time.monotonic() < end:
        time.sleep(0.02)
    assert threading.active_count() == before + 1


def test_stopping_breaks_off_what_does_not_end_by_itself() -> None:
    pool = Workers(Keeper(), least=1, most=4)  # type: ignore[arg-type]
    stuck = Visitor()
    pool.put(stuck)
    stuck.begun.wait(WAIT_S)
    started = time.monotonic()
    pool.stop(0.2)
    assert stuck.closed.wait(WAIT_S)
    assert time.monotonic() - started < 1
