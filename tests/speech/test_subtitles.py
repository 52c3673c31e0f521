from __future__ import annotations

from app.speech.subtitles import srt, vtt
from app.speech.transcript import Segment

SEGMENTS = [Segment(" One & two.", 0.5, 1.9996), Segment(" Three <3>.", 3725.04, 3726)]


def test_subrip() -> None:
    assert srt(SEGMENTS) == (
        "1\n00:00:00,500 --> 00:00:02,000\nOne & two.\n\n"
        "2\n01:02:05,040 --> 01:02:06,000\nThree <3>.\n\n"
    )


def test_webvtt() -> None:
    assert vtt(SEGMENTS) == (
        "WEBVTT\n\n00:00:00.500 --> 00:00:02.000\nOne &amp; two.\n\n"
        "01:02:05.040 --> 01:02:06.000\nThree &lt;3&gt;.\n\n"
    )
