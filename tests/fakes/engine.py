"""Engines that answer what a test has written, through the real thread and scheduler."""

from __future__ import annotations

from collections.abc import Callable

from app.engine.engine import Engine
from app.engine.scheduler import Limits
from tests.fakes.llama import ScriptedLlama, echo


def engine_of(llama: ScriptedLlama, limits: Limits | None = None) -> Engine:
    """An engine that runs on a scripted llama, ready."""
    engine = Engine(lambda report: llama, limits)
    engine.wait_ready(5)
    return engine


def scripted_engine(
    answers: Callable[[str], str] | str = echo, step_s: float = 0.0, limits: Limits | None = None
) -> Engine:
    """An engine whose answer to a prompt is `answers` of it (or always the same), ready.

    `step_s`: how long each decode call takes, in seconds.
    """
    follow = (lambda prompt: answers) if isinstance(answers, str) else answers
    return engine_of(ScriptedLlama(follow, step_s=step_s), limits)
