"""Where someone speaks: Silero's detector, as whisper.cpp carries it.

pywhispercpp's own functions for it return a type that it does not register (1.5.1); they are
called in the same library past it.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

FRAME = 512
"""Samples of which each likelihood tells, at 16 kHz."""

_Read = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_AtEnd = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p)
_Close = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class _Loader(ctypes.Structure):
    """whisper_model_loader."""

    _fields_ = (
        ("context", ctypes.c_void_p),
        ("read", _Read),
        ("eof", _AtEnd),
        ("close", _Close),
    )


class _Parameters(ctypes.Structure):
    """whisper_vad_context_params."""

    _fields_ = (
        ("n_threads", ctypes.c_int),
        ("use_gpu", ctypes.c_bool),
        ("gpu_device", ctypes.c_int),
    )


class VoiceDetector:
    """Tells for each FRAME how likely there is speech in it. `weights`: a ggml file's bytes."""

    def __init__(self, library: str, weights: bytes) -> None:
        self._lib: Any = ctypes.CDLL(library)
        self._lib.whisper_vad_init_with_params.restype = ctypes.c_void_p
        self._lib.whisper_vad_init_with_params.argtypes = [ctypes.c_void_p, _Parameters]
        self._lib.whisper_vad_detect_speech.restype = ctypes.c_bool
        self._lib.whisper_vad_probs.restype = ctypes.POINTER(ctypes.c_float)
        self._context = ctypes.c_void_p(self._load(weights))
        if not self._context:
            raise ValueError("the voice detector's weights cannot be read")

    def likelihoods(self, samples: NDArray[np.float32]) -> list[float]:
        """One for each frame; the last one may be shorter."""
        data = np.ascontiguousarray(samples)
        pointer = data.ctypes.data_as(ctypes.c_void_p)
        if not self._lib.whisper_vad_detect_speech(self._context, pointer, len(data)):
            raise RuntimeError("the voice detector failed")
        count = self._lib.whisper_vad_n_probs(self._context)
        return self._lib.whisper_vad_probs(self._context)[:count]  # type: ignore[no-any-return]

    def _load(self, weights: bytes) -> int | None:
        at = 0

        def read(_context: object, target: int, size: int) -> int:
            nonlocal at
            part = weights[at : at + size]
            ctypes.memmove(target, part, len(part))
            at += len(part)
            return len(part)

        loader = _Loader(
            None,
            _Read(read),
            _AtEnd(lambda _context: at >= len(weights)),
            _Close(lambda _context: None),
        )
        one_thread = _Parameters(1, False, 0)  # it is so small that a second only gets in its way
        context: int | None = self._lib.whisper_vad_init_with_params(
            ctypes.byref(loader), one_thread
        )
        return context
