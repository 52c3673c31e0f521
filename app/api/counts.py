"""Tokens and times of an answer as OpenAI and llama-server have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.engine.reply import Progress, Timings, Token, Usage


def usage_fields(usage: Usage) -> dict[str, Any]:
    """The count of tokens as OpenAI has it."""
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
    }


def total(usages: Sequence[Usage], choices: int = 1) -> Usage:
    """The count of several answers, of which each prompt has `choices` in a row."""
    prompts = usages[::choices]
    return Usage(
        sum(each.prompt_tokens for each in prompts),
        sum(each.completion_tokens for each in usages),
        sum(each.cached_tokens for each in prompts),
    )


def timing_fields(timings: Timings) -> dict[str, float]:
    """The times as llama-server has them. Source: tools/server/server-common.cpp."""
    # The first token comes with the prompt: it costs no step of its own.
    steps = max(0, timings.predicted_n - 1)
    fields: dict[str, float] = {
        "cache_n": timings.cache_n,
        "prompt_n": timings.prompt_n,
        "prompt_ms": timings.prompt_ms,
        "prompt_per_token_ms": _ratio(timings.prompt_ms, timings.prompt_n),
        "prompt_per_second": _ratio(1000 * timings.prompt_n, timings.prompt_ms),
        "predicted_n": timings.predicted_n,
        "predicted_ms": timings.predicted_ms,
        "predicted_per_token_ms": _ratio(timings.predicted_ms, steps),
        "predicted_per_second": _ratio(1000 * steps, timings.predicted_ms),
    }
    if timings.draft_n:
        fields["draft_n"] = timings.draft_n
        fields["draft_n_accepted"] = timings.draft_n_accepted
    return fields


def progress_fields(progress: Progress) -> dict[str, float]:
    """How much of a prompt is read, as llama-server has it."""
    return {
        "total": progress.total,
        "cache": progress.cached,
        "processed": progress.processed,
        "time_ms": progress.timings.prompt_ms,
    }


def interim_fields(
    tokens: Sequence[Token], progress: Progress | None, timed: bool
) -> dict[str, Any]:
    """What a piece of a stream tells of its times, where that was asked for."""
    told: dict[str, Any] = {}
    if progress:
        told["prompt_progress"] = progress_fields(progress)
    timings = progress.timings if progress else tokens[-1].timings if tokens else None
    if timed and timings:
        told["timings"] = timing_fields(timings)
    return told


def _ratio(amount: float, of: float) -> float:
    return amount / of if of else 0.0
