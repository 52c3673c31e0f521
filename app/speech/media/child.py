"""The child process that decodes one file: samples on one pipe, what is to be said on another."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO, BinaryIO

import numpy as np

from app.speech.media.decoding import RATE, decoded
from app.speech.media.resampling import Floats
from app.speech.media.stream import Foreign, NotAudio

MEMORY_BYTES = 3 << 30
CPU_S = 7200
OUT_OF_MEMORY = 86  # exit status


def serve(file: Path, room: Path, most_s: float, samples: BinaryIO, say: IO[str]) -> int:
    """Write a file's sound as 16-bit samples; tell its length first, or what is wrong with it.

    Returns the exit status.
    """
    _limit()
    told = _Telling(say)
    try:
        _write(file, room, most_s, samples, told)
    except MemoryError:
        return OUT_OF_MEMORY
    except Foreign as error:
        told(problem="foreign", detail=str(error))
    except NotAudio as error:
        told(problem="not-audio", detail=str(error))
    except _TooLong:
        told(problem="too-long")
    except Exception as error:  # a decoder's own bug costs this file, not the program
        told(problem="not-audio", detail=f"{type(error).__name__}: {error}")
    return 0


class _TooLong(Exception):
    pass


class _Telling:
    def __init__(self, say: IO[str]) -> None:
        self._say = say

    def __call__(self, **fields: object) -> None:
        self._say.write(json.dumps(fields) + "\n")
        self._say.flush()


def _write(file: Path, room: Path, most_s: float, samples: BinaryIO, told: _Telling) -> None:
    count = 0

    def length(seconds: float) -> None:
        if seconds > most_s:
            raise _TooLong
        told(seconds=seconds)

    for block in decoded(file, room, length):
        count += len(block)
        if count > most_s * RATE:  # what a file says of its length may be wrong
            raise _TooLong
        samples.write(_as_bytes(block))


def _as_bytes(block: Floats) -> bytes:
    scaled = np.nan_to_num(block) * 32768.0
    return np.clip(scaled, -32768, 32767).astype("<i2").tobytes()


def _limit() -> None:
    if sys.platform == "win32":
        return  # the parent's patience alone
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard < 0 else min(most, hard), hard))
