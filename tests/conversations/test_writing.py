from __future__ import annotations

import threading

from app.conversations import writing
from app.conversations.message import Message
from app.conversations.writing import Writing

ANSWER = Message("a", "q", "assistant", "", 1.0, state="writing")


def test_whoever_comes_late_misses_nothing() -> None:
    kept: list[Message] = []
    answer = Writing(ANSWER, kept.append, lambda: None)
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
    assert kept[-1] == last


def test_it_is_kept_now_and_then_while_it_grows(monkeypatch) -> None:
    monkeypatch.setattr(writing, "KEPT_EVERY_S", 0.0)
    kept: list[str] = []
    answer = Writing(ANSWER, lambda message: kept.append(message.text), lambda: None)
    answer.add({"text": "one"})
    answer.add({"text": " two"})
    assert kept == ["one", "one two"]


def test_readers_learn_that_nothing_is_new_yet(monkeypatch) -> None:
    monkeypatch.setattr(writing, "HEARTBEAT_S", 0.0)
    answer = Writing(ANSWER, lambda message: None, lambda: None)
    assert next(answer.follow(0)) is None
