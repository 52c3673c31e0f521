from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator

import pytest

from app.errors import Cancelled, SpeechFailed
from app.speech.recognizer import FILE, LIVE, Recognizer
from app.speech.transcript import Wanted
from app.speech.turns import Turns
from tests.fakes.speech import LISTENER

SECOND = bytes(32_000)


@pytest.fixture
def recognizer() -> Iterator[Recognizer]:
    recognizer = Recognizer(lambda: LISTENER)
    yield recognizer
    recognizer.close()


def test_samples_become_words_with_their_times(recognizer: Recognizer) -> None:
    heard = recognizer.hear(SECOND, Wanted(language="de", words=True))
    assert heard.language == "de"
    [segment] = heard.segments
    assert (segment.text, segment.end, segment.tokens) == (" transcribe de 1.0", 1.0, (1, 2))
    assert segment.words[0].probability == 0.5


def test_voice_is_told_for_every_frame(recognizer: Recognizer) -> None:
    loud = (8000).to_bytes(2, "little") * 512
    assert recognizer.voice(bytes(1024) + loud) == [0.0, 1.0]


def test_after_a_crash_the_next_request_is_served(recognizer: Recognizer) -> None:
    with pytest.raises(SpeechFailed):
        recognizer.hear(SECOND, Wanted(prompt="crash"))
    assert recognizer.hear(SECOND, Wanted()).segments


def test_a_failure_is_told_and_ends_nothing(recognizer: Recognizer) -> None:
    with pytest.raises(SpeechFailed, match="no"):
        recognizer.hear(SECOND, Wanted(prompt="fail"))
    assert recognizer.hear(SECOND, Wanted()).segments


def test_a_child_that_does_not_start_is_a_failure() -> None:
    recognizer = Recognizer(lambda: [sys.executable, "-c", "pass"])
    with pytest.raises(SpeechFailed):
        recognizer.hear(SECOND, Wanted())
    recognizer.close()


def test_once_closed_it_serves_no_more(recognizer: Recognizer) -> None:
    recognizer.close()
    with pytest.raises(Cancelled):
        recognizer.hear(SECOND, Wanted())


def test_an_idle_child_is_ended_and_another_serves_afterwards() -> None:
    recognizer = Recognizer(lambda: LISTENER, idle_s=0.1)
    recognizer.hear(SECOND, Wanted())
    deadline = time.monotonic() + 30
    while recognizer.is_loaded and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not recognizer.is_loaded
    assert recognizer.hear(SECOND, Wanted()).segments
    recognizer.close()


def test_someone_who_is_speaking_comes_before_files() -> None:
    turns, order = Turns(), list[str]()
    waiting = threading.Barrier(4)

    def wait(name: str, rank: int, delay: float) -> None:
        waiting.wait()
        time.sleep(delay)
        with turns.turn(rank):
            order.append(name)

    threads = [
        threading.Thread(target=wait, args=arguments)
        for arguments in (("file", FILE, 0.0), ("file", FILE, 0.1), ("live", LIVE, 0.3))
    ]
    with turns.turn(FILE):
        for thread in threads:
            thread.start()
        waiting.wait()
        deadline = time.monotonic() + 30
        while turns.waiting < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
    for thread in threads:
        thread.join()
    assert order == ["live", "file", "file"]
