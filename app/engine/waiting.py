"""How long a thread that computes waits awake for the others of its step."""

from __future__ import annotations

import os
from collections.abc import MutableMapping

SPINS = 300
"""Tens of microseconds, about what a step of well-matched threads differs by."""


def wait_briefly(environment: MutableMapping[str, str] = os.environ) -> None:
    """Call this before ggml is loaded, here or in a child; GNU's OpenMP reads it once.

    By itself it waits awake for milliseconds, hundreds of times a token. Where another program has
    one of the cores, the thread that is waited for cannot run until the system takes the core from
    the one that waits: answers then come ten times slower. To sleep at once costs a third of the
    speed where nobody else computes. Whoever has set it differently keeps that.
    Source: libgomp's manual, GOMP_SPINCOUNT and OMP_WAIT_POLICY.
    """
    if "OMP_WAIT_POLICY" not in environment:
        environment.setdefault("GOMP_SPINCOUNT", str(SPINS))
