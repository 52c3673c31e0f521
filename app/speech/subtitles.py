"""Segments as subtitles. Source: SubRip's format; W3C, "WebVTT"."""

from __future__ import annotations

from collections.abc import Iterable

from app.speech.transcript import Segment


def srt(segments: Iterable[Segment]) -> str:
    """A SubRip file."""
    return "".join(
        f"{number}\n{_clock(each.start, ',')} --> {_clock(each.end, ',')}\n{each.text.strip()}\n\n"
        for number, each in enumerate(segments, 1)
    )


def vtt(segments: Iterable[Segment]) -> str:
    """A WebVTT file."""
    return "WEBVTT\n\n" + "".join(
        f"{_clock(each.start, '.')} --> {_clock(each.end, '.')}\n{_escaped(each.text.strip())}\n\n"
        for each in segments
    )


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    whole, parts = divmod(rest, 1000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{whole:02}{point}{parts:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
