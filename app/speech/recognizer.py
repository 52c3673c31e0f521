"""The recognizer as its callers see it: samples in, words out, one request after the other.

It is a child process. Files are recognized at a lower priority than the chat engine has: that has
the cores first wherever both want them. Whoever is speaking gets their share, for words that come
late help nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from app.language import Text
from app.speech.transcript import Heard, Segment, Wanted, Word
from app.speech.worker import IDLE_S, Worker

FAILED = Text(
    "Speech recognition stopped working on this recording: {reason}. Try again.",
    "语音识别在处理这段录音时意外中止：{reason}。请重试。",
)

LIVE, FILE = 0, 1
"""Whose turn comes first: someone who is speaking, before a file."""


class Recognizer:
    """Every method may be called from any thread."""

    def __init__(self, command: Callable[[], Sequence[str]], idle_s: float = IDLE_S) -> None:
        self._worker = Worker(command, FAILED, idle_s)

    @property
    def is_loaded(self) -> bool:
        """Whether it takes memory just now."""
        return self._worker.is_loaded

    def voice(self, samples: bytes, rank: int = FILE) -> list[float]:
        """For each 512 samples, how likely there is speech in them.

        Raises: SpeechFailed, Cancelled.
        """
        answer = self._asked({"do": "voice"}, samples, rank)
        return [float(likelihood) for likelihood in answer["likelihoods"]]

    def hear(self, samples: bytes, wanted: Wanted, rank: int = FILE) -> Heard:
        """The words in at most 30 seconds of sound. Raises: SpeechFailed, Cancelled."""
        answer = self._asked({"do": "hear", **asdict(wanted)}, samples, rank)
        return Heard(answer["language"], tuple(map(_segment, answer["segments"])))

    def close(self) -> None:
        """End the child, and whoever waits for it."""
        self._worker.close()

    def _asked(self, head: dict[str, Any], samples: bytes, rank: int) -> dict[str, Any]:
        whole = samples[: len(samples) // 2 * 2]
        told = {**head, "samples": len(whole) // 2, "patient": rank == FILE}
        answer, _ = self._worker.ask(told, whole, rank)
        return answer


def _segment(told: dict[str, Any]) -> Segment:
    words = tuple(Word(**word) for word in told.pop("words"))
    return Segment(**{**told, "tokens": tuple(told["tokens"])}, words=words)
