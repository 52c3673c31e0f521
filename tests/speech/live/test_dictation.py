from __future__ import annotations

from itertools import pairwise

import pytest

from app.speech.live.dictation import LONGEST, Dictation, Event
from app.speech.transcript import Heard, Segment, Wanted
from app.speech.utterances import FRAME_BYTES, FRAME_S
from tests.fakes.recognizer import InstantRecognizer, sound


def dictated(
    samples: bytes, wanted: Wanted | None = None, chunk_s: float = 0.1
) -> tuple[list[Event], InstantRecognizer]:
    """What is told of sound that comes in chunks, each of which is worked off at once."""
    dictation, recognizer = Dictation(wanted or Wanted(words=True)), InstantRecognizer()
    events: list[Event] = []

    def work() -> None:
        while (task := dictation.next_task()) is not None:
            heard = recognizer.hear(task.sound.samples, task.wanted)
            if (event := dictation.heard(task, heard)) is not None:
                events.append(event)

    size = round(chunk_s / FRAME_S) * FRAME_BYTES
    for at in range(0, len(samples), size):
        chunk = samples[at : at + size]
        events += dictation.add(chunk, recognizer.voice(chunk))
        work()
    events += dictation.end()
    work()
    return events, recognizer


def test_text_grows_while_someone_speaks_and_is_whole_at_the_pause() -> None:
    events, _ = dictated(sound(3, 2))
    kinds = [event.kind for event in events]
    assert kinds == ["speech", *["partial"] * (len(kinds) - 2), "final"]
    partials = [event.text for event in events if event.kind == "partial"]
    assert len(partials) >= 5
    assert partials[0] == "…"
    assert partials[3].startswith("w0 w1 ")
    assert [len(text) for text in partials] == sorted(len(text) for text in partials)
    assert events[-1].text == "w0 w1 w2 w3 w4 w5"


def test_what_two_guesses_agree_on_is_settled() -> None:
    events, _ = dictated(sound(3, 2))
    partials = [event for event in events if event.kind == "partial"]
    assert partials[0].stable == 0
    for before, now in pairwise(partials):
        assert now.text[: now.stable] == before.text.removesuffix("…").rstrip()
    assert events[-1].stable == len(events[-1].text)


def test_times_are_those_of_the_whole_sound() -> None:
    events, _ = dictated(sound(0, 5, 1, 5, 1))
    first, second = (event for event in events if event.kind == "final")
    assert (first.utterance, second.utterance) == (0, 1)
    assert first.start == pytest.approx(5, abs=0.3)
    assert second.words[-1].end == pytest.approx(second.start + 1)
    assert second.end == pytest.approx(12, abs=0.3)


def test_nothing_is_guessed_in_silence_and_a_click_is_no_speech() -> None:
    events, recognizer = dictated(sound(0, 3, 0.02, 3))
    assert events == []
    assert recognizer.wanted == []


def test_the_last_words_are_guessed_before_the_pause_is_over() -> None:
    dictation, recognizer = Dictation(Wanted()), InstantRecognizer()
    samples = sound(0.9, 0.3)
    dictation.add(samples, recognizer.voice(samples))
    task = dictation.next_task()
    assert task
    assert not task.is_final
    dictation.heard(task, recognizer.hear(task.sound.samples, task.wanted))
    more = sound(0, 0.1)
    dictation.add(more, recognizer.voice(more))
    assert dictation.next_task() is None  # nothing was said since


def test_whoever_makes_no_pause_is_told_the_text_all_the_same() -> None:
    events, _ = dictated(sound(40), chunk_s=0.5)
    finals = [event for event in events if event.kind == "final"]
    assert len(finals) == 3
    assert all(event.end - event.start <= LONGEST * FRAME_S + 1 for event in finals)
    words = sum(len(event.text.split()) for event in finals)
    assert words == pytest.approx(80, abs=2)


def test_a_guess_is_quick_and_the_last_word_on_it_careful() -> None:
    _, recognizer = dictated(sound(2, 1), Wanted(words=True, prompt="Zoë"))
    *guesses, final = recognizer.wanted
    assert all(each.draft and each.context == 10 and not each.words for each in guesses)
    assert final == Wanted(words=True, prompt="Zoë", context=15)


def test_the_language_is_found_once_and_again_where_words_are_unsure() -> None:
    dictation, voice = Dictation(Wanted()), InstantRecognizer().voice

    def said(language: str, probability: float) -> str | None:
        """What was expected of an utterance that was heard in this language."""
        samples = sound(3, 2)
        dictation.add(samples, voice(samples))
        task = dictation.next_task()
        assert task
        assert task.is_final
        segment = Segment("Ja.", 0, 1, probability=probability)
        dictation.heard(task, Heard(language, (segment,)))
        return task.wanted.language

    assert said("de", 0.9) is None
    assert said("de", 0.2) == "de"
    assert said("fr", 0.9) is None
    assert said("fr", 0.9) == "fr"


def test_a_language_that_was_given_stays() -> None:
    _, recognizer = dictated(sound(3, 2, 3, 2), Wanted(language="zh"))
    assert {wanted.language for wanted in recognizer.wanted} == {"zh"}


def test_an_utterance_without_words_ends_empty() -> None:
    dictation, voice = Dictation(Wanted()), InstantRecognizer().voice
    samples = sound(1, 2)
    dictation.add(samples, voice(samples))
    task = dictation.next_task()
    assert task
    event = dictation.heard(task, Heard("en", ()))
    assert event
    assert (event.kind, event.text) == ("final", "")
