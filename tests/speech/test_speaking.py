from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.errors import BadRequest, Cancelled, SpeechFailed
from app.speech.speaking import Speaking
from app.speech.voices import HEART
from tests.fakes.speech import EMMA, scripted_speaking


@pytest.fixture
def speaking() -> Iterator[Speaking]:
    with scripted_speaking() as speaking:
        yield speaking


def test_every_sentence_is_heard_as_soon_as_it_is_made(speaking: Speaking) -> None:
    made = speaking.speak("Abcd. Ab.\n\nAbc", HEART, "pcm")
    parts = iter(made)
    assert len(next(parts)) == 2 * 960
    assert made.seconds == pytest.approx(0.04)
    assert [len(part) for part in parts] == [2 * 480, 2 * 720]


def test_voice_and_speed_are_told(speaking: Speaking) -> None:
    slow, other = (
        b"".join(speaking.speak("Abcd.", voice, "pcm", speed))
        for voice, speed in ((HEART, 0.5), (EMMA, 1.0))
    )
    assert (len(slow), len(other)) == (2 * 1920, 2 * 960)
    assert slow[:2] > other[:2]


def test_two_files_are_made_beside_each_other(speaking: Speaking) -> None:
    one, two = (iter(speaking.speak("Ab. Abc.", HEART, form)) for form in ("pcm", "wav"))
    assert [len(next(each)) for each in (one, two, one, two)] == [960, 1004, 1440, 1440]


def test_a_complete_file_has_its_length_in_its_head(speaking: Speaking) -> None:
    made = speaking.speak("Ab.", HEART, "wav")
    data = b"".join(made)
    assert data[40:44] == b"\xff" * 4
    [(at, head)] = made.patches
    assert (at, int.from_bytes(head[40:44], "little")) == (0, len(data) - 44)


@pytest.mark.parametrize("text", ["🎉", "---", "你好"])
def test_where_nothing_can_be_said_that_is_told(speaking: Speaking, text: str) -> None:
    with pytest.raises(BadRequest, match="nothing"):
        list(speaking.speak(text, HEART, "wav"))


def test_a_failure_costs_one_file_and_a_crash_those_that_were_begun(speaking: Speaking) -> None:
    other = iter(speaking.speak("Ab. Ab.", HEART, "pcm"))
    next(other)
    with pytest.raises(SpeechFailed, match="no"):
        list(speaking.speak("Fail.", HEART, "pcm"))
    assert next(other)
    begun = iter(speaking.speak("Ab. Ab.", HEART, "pcm"))
    next(begun)
    with pytest.raises(SpeechFailed):
        list(speaking.speak("Crash.", HEART, "pcm"))
    with pytest.raises(SpeechFailed):
        next(begun)
    assert list(speaking.speak("Ab.", HEART, "pcm"))


def test_one_that_is_closed_says_no_more(speaking: Speaking) -> None:
    made = speaking.speak("Ab. Abc. Abcd.", HEART, "pcm")
    parts = iter(made)
    next(parts)
    made.close()
    assert list(parts) == []


def test_once_all_is_closed_there_is_no_speech(speaking: Speaking) -> None:
    speaking.close()
    with pytest.raises(Cancelled):
        list(speaking.speak("Ab.", HEART, "pcm"))


def test_it_can_be_warm_before_there_is_something_to_say(speaking: Speaking) -> None:
    speaking.warm()
    assert list(speaking.speak("Ab.", HEART, "pcm"))
