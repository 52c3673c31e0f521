"""Computes the mel filters with which Whisper hears."""

from __future__ import annotations

import math
import struct

__all__ = ["BINS", "filters"]

SAMPLE_RATE_HZ = 16_000
WINDOW = 400
BINS = WINDOW // 2 + 1

# Slaney's scale: linear up to 1 kHz, logarithmic above.
LINEAR_STEP_HZ = 200 / 3
LINEAR_END_HZ = 1_000
LINEAR_END_MEL = LINEAR_END_HZ / LINEAR_STEP_HZ
LOG_STEP = math.log(6.4) / 27


def filters(bands: int) -> list[float]:
    """Triangles of equal area over the bins of a Fourier transform, one after the other.

    Shape: [bands * 201].
    Source: Slaney's Auditory Toolbox as in librosa.filters.mel, whose single precision is kept.
    """
    top = _mel(SAMPLE_RATE_HZ / 2)
    corners = [_hertz(top * corner / (bands + 1)) for corner in range(bands + 2)]
    bins = [SAMPLE_RATE_HZ * index / WINDOW for index in range(BINS)]
    weights = []
    for low, middle, high in zip(corners, corners[1:], corners[2:], strict=False):
        for hertz in bins:
            height = min((hertz - low) / (middle - low), (high - hertz) / (high - middle))
            weights.append(_single(_single(max(0.0, height)) * (2 / (high - low))))
    return weights


def _mel(hertz: float) -> float:
    if hertz < LINEAR_END_HZ:
        return hertz / LINEAR_STEP_HZ
    return LINEAR_END_MEL + math.log(hertz / LINEAR_END_HZ) / LOG_STEP


def _hertz(mel: float) -> float:
    if mel < LINEAR_END_MEL:
        return mel * LINEAR_STEP_HZ
    return LINEAR_END_HZ * math.exp(LOG_STEP * (mel - LINEAR_END_MEL))


def _single(value: float) -> float:
    return struct.unpack("f", struct.pack("f", value))[0]  # type: ignore[no-any-return]
