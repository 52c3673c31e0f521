"""Brings sound to another rate, block by block, without a seam between the blocks."""

from __future__ import annotations

from math import ceil, gcd

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

ZERO_CROSSINGS = 16  # of the filter, to each side: more is sharper and slower
EDGE = 0.94  # how much of the new rate's band is kept


class Resampler:
    """A polyphase filter: a windowed sinc, at each of the places between two samples.

    Source: J. O. Smith, "Digital Audio Resampling Home Page".
    """

    def __init__(self, rate: int, new_rate: int) -> None:
        common = gcd(rate, new_rate)
        self._up, self._down = new_rate // common, rate // common
        self._half = ceil(ZERO_CROSSINGS * max(1.0, rate / new_rate))
        self._filters = _filters(self._up, self._half, min(1.0, new_rate / rate) * EDGE)
        self._waiting: Floats = np.zeros(self._half, np.float32)  # silence before the first sample
        self._next = 0  # the output sample that comes next, counted in 1/up of an input sample

    def add(self, samples: Floats) -> Floats:
        """What can be told after these samples."""
        if self._up == self._down:
            return samples
        self._waiting = np.concatenate((self._waiting, samples))
        span = 2 * self._half + 1
        last = (len(self._waiting) - span + 1) * self._up  # a place before this has all it needs
        places = np.arange(self._next, max(last, self._next), self._down)
        if len(places) == 0:
            return np.zeros(0, np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(self._waiting, span)
        whole, phases = places // self._up, places % self._up
        result = np.empty(len(places), np.float32)
        for at in range(0, len(places), 65536):  # a window for each place: not all at once
            few = slice(at, at + 65536)
            np.einsum("ij,ij->i", windows[whole[few]], self._filters[phases[few]], out=result[few])
        self._next = int(places[-1]) + self._down
        done = min(self._next // self._up, len(self._waiting))
        self._waiting = self._waiting[done:]
        self._next -= done * self._up
        return result

    def end(self) -> Floats:
        """The rest, when no samples follow."""
        return self.add(np.zeros(0 if self._up == self._down else self._half, np.float32))


def _filters(up: int, half: int, cutoff: float) -> Floats:
    """One filter for each phase. Shape: [up, 2 * half + 1]."""
    places = np.arange(-half, half + 1)[None] - np.arange(up)[:, None] / up
    window = np.where(np.abs(places) <= half, 0.5 + 0.5 * np.cos(np.pi * places / half), 0)
    filters = cutoff * np.sinc(cutoff * places) * window
    normalized: Floats = (filters / filters.sum(axis=1, keepdims=True)).astype(np.float32)
    return normalized
