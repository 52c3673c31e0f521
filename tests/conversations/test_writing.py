from __future__ import annotations

import threading

import pytest

from app.conversations import writing
from app.conversations.message import Message
from app.conversations.writing import Event, Writing

ANSWER = Message("a", "q", "assistant", "", 1.0, state="writing")


class Kept:
    """What was kept, in order."""

    def __init__(self) -> None:
        self.all: list[Message | Event] = []

    def write(self, message: Message) -> None:
        self.all.append(message)

    def append(self, message: Message, number: int, event: Event) -> None:
        assert message.uid == ANSWER.uid
        assert number == len(self.all)
        self.all.append(event)


def test_whoever_comes_late_misses_nothing() -> None:
    kept = Kept()
    answer = Writing(ANSWER, kept, lambda: None)
    answer.add({"sources": [{"name": "x"}]})
    answer.add({"text": "Hello"})
    so_far, events = answer.so_far()
    assert (so_far.text, events) == ("Hello", 2)
    early, late = [], []
    readers = [
        threading.Thread(target=lambda: early.extend(answer.follow(0))),
        threading.Thread(target=lambda: late.extend(answer.follow(events))),
    ]
    for each in readers:
        each.start()
    answer.add({"text": " there", "citations": [{"end": 5}]})
    answer.end("done", timings={"predicted_n": 2})
    for each in readers:
        each.join(10)
    assert [each[1] for each in early[:-1]] == [
        {"sources": [{"name": "x"}]},
        {"text": "Hello"},
        {"text": " there", "citations": [{"end": 5}]},
    ]
    assert late[:-1] == early[2:-1]
    last = late[-1]
    assert (last.text, last.state) == ("Hello there", "done")
    assert last.extra["citations"] == [{"end": 5}]
    assert kept.all == [*(each[1] for each in early[:-1]), last]


def test_nobody_reads_what_could_not_be_kept() -> None:
    class Full(Kept):
        def append(self, message: Message, number: int, event: Event) -> None:
            raise OSError("full")

    answer = Writing(ANSWER, Full(), lambda: None)
    with pytest.raises(OSError, match="full"):
        answer.add({"text": "one"})
    assert answer.so_far() == (ANSWER, 0)


def test_readers_learn_that_nothing_is_new_yet(monkeypatch) -> None:
    monkeypatch.setattr(writing, "HEARTBEAT_S", 0.0)
    answer = Writing(ANSWER, Kept(), lambda: None)
    assert next(answer.follow(0)) is None
