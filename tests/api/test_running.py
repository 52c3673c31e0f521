from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from app.api.running import Running
from app.errors import Cancelled

WAIT_S = 5.0


class Endless:
    """A reply that only ends when it is cancelled."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()

    def cancel(self) -> None:
        self.cancelled.set()


@pytest.fixture
def running() -> Iterator[Running]:
    running = Running()
    yield running
    running.end()


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_a_reply_is_cancelled_when_its_client_goes(
    running: Running, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    reply = Endless()
    watch = running.watch(reply, ours)
    assert not reply.cancelled.wait(0.1)
    theirs.close()
    assert reply.cancelled.wait(WAIT_S)
    assert watch.left
    watch.close()
    watch.close()
    assert len(running) == 0


def test_a_client_that_sends_its_next_request_early_is_still_there(
    running: Running, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    reply = Endless()
    watch = running.watch(reply, ours)
    theirs.sendall(b"GET / HTTP/1.1\r\n")
    assert not reply.cancelled.wait(0.3)
    watch.close()
    assert ours.recv(100) == b"GET / HTTP/1.1\r\n"


def test_looking_at_a_silent_connection_does_not_wait_and_it_stays_watched(
    running: Running, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    ours.settimeout(WAIT_S)
    reply = Endless()
    watch = running.watch(reply, ours)
    started = time.monotonic()
    # As for an event of an earlier connection that had the same file descriptor.
    running._look(watch)
    assert time.monotonic() - started < 1
    assert not reply.cancelled.is_set()
    theirs.close()
    assert reply.cancelled.wait(WAIT_S)
    assert ours.gettimeout() == WAIT_S
    watch.close()


def test_a_connection_is_watched_again_for_its_next_reply(
    running: Running, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    for _ in range(3):
        running.watch(Endless(), ours).close()
    reply = Endless()
    watch = running.watch(reply, ours)
    theirs.close()
    assert reply.cancelled.wait(WAIT_S)
    watch.close()


def test_at_the_end_every_reply_is_cancelled_and_none_begins(running: Running) -> None:
    reply, late = Endless(), Endless()
    watch = running.watch(reply, None)
    running.end()
    assert reply.cancelled.is_set()
    with pytest.raises(Cancelled):
        watch.raise_if_ended()
    with pytest.raises(Cancelled):
        running.watch(late, None)
    assert late.cancelled.is_set()
    watch.close()
