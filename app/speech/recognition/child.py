"""The child process that recognizes: one request after the other, each answered by one line.

A request is the length of its JSON head as a line, the head, and 16-bit samples.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from app.speech.recognition.script import in_script
from app.speech.recognition.voice import VoiceDetector
from app.speech.recognition.whisper import LIBRARY, Whisper
from app.speech.transcript import Wanted


def serve(
    weights: memoryview,
    voice: bytes,
    threads: int,
    requests: BinaryIO,
    answers: IO[str],
    be_nice: Callable[[], None],
) -> int:
    """Answer until there are no more requests. Returns the exit status.

    `be_nice` lets others have the cores before the thread that calls it, and those it begins.
    """
    listener = _Listener(Whisper(weights, threads), VoiceDetector(LIBRARY, voice), be_nice)
    _say(answers, {"multilingual": listener.whisper.is_multilingual})
    while (request := _next(requests)) is not None:
        head, samples = request
        _say(answers, listener.answer(head, samples))
    return 0


class _Listener:
    def __init__(self, whisper: Whisper, voice: VoiceDetector, be_nice: Callable[[], None]) -> None:
        self.whisper = whisper
        self._patient = ThreadPoolExecutor(1, initializer=be_nice)
        self._voice = voice
        self._works: dict[str, Callable[..., dict[str, Any]]] = {
            "voice": self._find_voice,
            "hear": self._hear,
        }

    def answer(self, head: dict[str, Any], samples: NDArray[np.float32]) -> dict[str, Any]:
        work, is_patient = self._works[head.pop("do")], head.pop("patient")
        try:
            if is_patient:
                return self._patient.submit(work, samples, **head).result()
            return work(samples, **head)
        except (RuntimeError, ValueError) as error:
            return {"failure": str(error)}

    def _find_voice(self, samples: NDArray[np.float32]) -> dict[str, Any]:
        return {"likelihoods": self._voice.likelihoods(samples)}

    def _hear(self, samples: NDArray[np.float32], **wanted: Any) -> dict[str, Any]:
        how = Wanted(**wanted)
        return asdict(in_script(self.whisper.hear(samples, how), how.traditional))


def _next(requests: BinaryIO) -> tuple[dict[str, Any], NDArray[np.float32]] | None:
    line = requests.readline()
    if not line:
        return None
    head = json.loads(requests.read(int(line)))
    samples = np.frombuffer(requests.read(2 * head.pop("samples")), "<i2")
    return head, samples.astype(np.float32) / np.float32(32768)


def _say(answers: IO[str], value: dict[str, Any]) -> None:
    answers.write(json.dumps(value) + "\n")
    answers.flush()
