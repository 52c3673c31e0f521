"""The child process that speaks: a sentence at a time, for as many listeners as there are.

A request is the length of its JSON head as a line, and the head; an answer is a line of JSON, and
as many `bytes` of a file as it tells.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO, Protocol

from app.speech.synthesis.encoding import Encoder, Patch, Samples, encoder


class Says(Protocol):
    """What makes sound of sentences."""

    def say(self, text: str, name: str, speed: float) -> Samples:
        """By the voice of that name."""
        ...

    def prepare(self) -> None:
        """Load what the first sentence needs."""
        ...


def serve(voices: Says, requests: BinaryIO, answers: BinaryIO) -> int:
    """Answer until there are no more requests. Returns the exit status."""
    speaker = _Speaker(voices)
    _say(answers, {"ready": True}, b"")
    with suppress(RuntimeError, ValueError, OSError):  # who wants something said is told
        voices.prepare()
    while line := requests.readline():
        _say(answers, *speaker.answer(json.loads(requests.read(int(line)))))
    return 0


class _Speaker:
    def __init__(self, voices: Says) -> None:
        self._voices = voices
        self._files: dict[int, Encoder] = {}
        self._works: dict[str, Callable[..., tuple[dict[str, Any], bytes]]] = {
            "begin": self._begin,
            "say": self._say,
            "end": self._end,
            "drop": self._drop,
        }

    def answer(self, head: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        try:
            return self._works[head.pop("do")](**head)
        except (RuntimeError, ValueError, OSError) as error:
            return {"failure": str(error)}, b""
        except KeyError:  # it was begun in a child that has ended since
            return {"failure": "it was interrupted"}, b""

    def _begin(self, file: int, form: Any) -> tuple[dict[str, Any], bytes]:
        self._files[file] = encoder(form)
        return {}, b""

    def _say(self, file: int, text: str, voice: str, speed: float) -> tuple[dict[str, Any], bytes]:
        into = self._files[file]
        samples = self._voices.say(text, voice, speed)
        return {"samples": len(samples)}, into.add(samples) if len(samples) else b""

    def _end(self, file: int) -> tuple[dict[str, Any], bytes]:
        data, patches = self._files.pop(file).end()
        return {"patches": [_told(patch) for patch in patches]}, data

    def _drop(self, file: int) -> tuple[dict[str, Any], bytes]:
        self._files.pop(file, None)
        return {}, b""


def _told(patch: Patch) -> tuple[int, str]:
    at, data = patch
    return at, data.hex()


def _say(answers: BinaryIO, told: dict[str, Any], data: bytes) -> None:
    answers.write(json.dumps({**told, "bytes": len(data)}).encode() + b"\n" + data)
    answers.flush()
