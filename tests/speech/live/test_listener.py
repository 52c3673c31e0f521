from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from app.errors import Busy, Cancelled, NotFound
from app.speech.live.listener import MOST_WAITING_S, Listener
from app.speech.live.sessions import Sessions
from app.speech.transcript import Wanted
from tests.fakes.recognizer import InstantRecognizer, sound

LONG_S = 30.0


def listener(**more: float) -> Listener:
    return Listener(InstantRecognizer(), Wanted(), **more)  # type: ignore[arg-type]


def fed(samples: bytes, size: int = 6_402) -> Listener:
    listening = listener()
    for at in range(0, len(samples), size):
        listening.feed(samples[at : at + size])
    return listening


def test_what_was_said_is_told_to_the_last_sample() -> None:
    listening = fed(sound(2, 1, 1))
    listening.finish()
    finals = [event.text for event in listening if event.kind == "final"]
    assert finals == ["w0 w1 w2 w3", "w0 w1"]
    assert listening.is_over
    assert listening.seconds == 4


def test_events_come_while_sound_is_still_fed() -> None:
    listening = fed(sound(2, 1))
    events = iter(listening)
    while next(events).kind != "final":
        pass
    listening.feed(sound(1, 1))
    assert next(events).utterance == 1
    listening.finish()
    assert [event.kind for event in events][-1] == "final"


def test_who_waits_is_woken_by_sound_and_told_of_silence() -> None:
    listening = listener()
    events = listening.events(every_s=0.01)
    assert next(events) is None
    later = threading.Timer(0.05, lambda: listening.feed(sound(2, 1)))
    later.start()
    assert next(event for event in events if event is not None).kind == "speech"
    later.join(LONG_S)


def test_another_reader_takes_the_place_of_one_who_waits() -> None:
    listening = fed(sound(1, 1))
    first: list[str] = []
    reader = threading.Thread(target=lambda: first.extend(each.kind for each in listening))
    reader.start()
    while "final" not in first:
        pass
    listening.feed(sound(1, 1))
    listening.finish()
    second = [event.kind for event in listening]
    reader.join(LONG_S)
    assert not reader.is_alive()
    assert (first + second).count("final") == 2


def test_one_who_leaves_can_come_back() -> None:
    listening = fed(sound(1, 1))
    events = iter(listening)
    next(events)
    listening.leave()
    assert list(events) == []
    listening.finish()
    assert [event.kind for event in listening][-1] == "final"


def test_who_is_not_read_may_not_send_for_ever() -> None:
    listening = listener()
    for _ in range(round(MOST_WAITING_S) + 1):
        listening.feed(sound(1))
    with pytest.raises(Busy):
        listening.feed(sound(1))


def test_after_the_end_nothing_is_taken() -> None:
    listening = listener()
    listening.finish()
    with pytest.raises(Cancelled):
        listening.feed(sound(1))


def test_one_that_nobody_feeds_ends_by_itself_with_what_was_said() -> None:
    listening = listener(idle_s=0.05)
    listening.feed(sound(1))
    assert [event.kind for event in listening][-1] == "final"
    assert listening.is_over


def test_sessions_are_limited_and_make_room_when_they_end() -> None:
    sessions = Sessions(most=2)
    begin: Callable[[], Listener] = listener
    first, second = sessions.open(begin), sessions.open(begin)
    assert first != second
    with pytest.raises(Busy):
        sessions.open(begin)
    sessions.get(first).finish()
    assert list(sessions.get(first)) == []
    third = sessions.open(begin)
    with pytest.raises(NotFound):
        sessions.get(first)
    sessions.forget(third)
    sessions.forget(third)
    sessions.open(begin)
