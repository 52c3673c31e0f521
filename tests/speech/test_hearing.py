from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import BadRequest, Cancelled, SoundRefused, SpeechFailed
from app.speech.hearing import Hearing, Progress
from app.speech.transcript import Wanted
from tests.fakes.speech import scripted_hearing


@pytest.fixture
def hearing() -> Iterator[Hearing]:
    with scripted_hearing() as hearing:
        yield hearing


def recording(tmp_path: Path, text: str) -> Path:
    (tmp_path / "recording").write_text(text, "utf-8")
    return tmp_path / "recording"


def test_pauses_are_left_out_and_times_are_those_of_the_recording(
    hearing: Hearing, tmp_path: Path
) -> None:
    transcription = hearing.transcribe(recording(tmp_path, "0 100 5 200 5 3"), Wanted(words=True))
    [segment] = transcription
    assert segment.start == pytest.approx(99.8, abs=0.1)
    assert segment.end == pytest.approx(310.2, abs=0.1)
    assert segment.words[0].end == segment.end
    assert float(segment.text.split()[-1]) == pytest.approx(10.8, abs=0.2)
    assert transcription.seconds == pytest.approx(313, abs=0.1)


def test_what_is_long_comes_in_pieces_and_the_language_is_found_once(
    hearing: Hearing, tmp_path: Path
) -> None:
    transcription = hearing.transcribe(recording(tmp_path, "20 2 20 2 20"), Wanted())
    told: list[Progress] = []
    transcription.on_progress = told.append
    languages = [segment.text.split()[1] for segment in transcription]
    assert languages == ["None", "en", "en"]
    assert transcription.language == "en"
    assert [round(each.share, 1) for each in told] == [0.3, 0.7, 1.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("text", r"No sound.*\(text\)"),
        ("0 3", "Nobody speaks"),
        ("20 100", "longer than"),
        ("40 crash", "No sound.*decoder"),
    ],
)
def test_what_cannot_be_heard_is_told(
    hearing: Hearing, tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(SoundRefused, match=message):
        list(hearing.transcribe(recording(tmp_path, text), Wanted(), longest_s=100))


def test_a_language_that_is_none_is_refused(hearing: Hearing, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="xx"):
        hearing.transcribe(recording(tmp_path, "1"), Wanted(language="xx"))


def test_it_can_be_stopped_between_two_pieces(hearing: Hearing, tmp_path: Path) -> None:
    transcription = hearing.transcribe(recording(tmp_path, "20 2 20 2 20"), Wanted())
    segments = iter(transcription)
    next(segments)
    transcription.cancel()
    with pytest.raises(Cancelled):
        next(segments)


def test_a_crash_of_the_recognizer_ends_one_transcription(hearing: Hearing, tmp_path: Path) -> None:
    with pytest.raises(SpeechFailed):
        list(hearing.transcribe(recording(tmp_path, "3"), Wanted(prompt="crash")))
    assert list(hearing.transcribe(recording(tmp_path, "3"), Wanted()))
