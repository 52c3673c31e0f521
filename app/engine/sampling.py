"""Which of llama.cpp's samplers run, in llama-server's order, and with what."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Literal

from app.engine.request import Sampling

Name = Literal["penalties", "top_k", "top_p", "min_p", "temp", "dist", "greedy"]


@dataclass(frozen=True, slots=True)
class Step:
    """One sampler of the chain: llama.cpp's `llama_sampler_init_<name>` and its arguments."""

    name: Name
    arguments: tuple[float, ...] = ()


def chain(sampling: Sampling, vocabulary: int, context_tokens: int) -> tuple[Step, ...]:
    """The samplers that one answer needs; those that would change nothing are left out.

    Source: llama.cpp, common/sampling.cpp, `common_sampler_init`.
    """
    steps = _penalties(sampling, vocabulary, context_tokens)
    if sampling.temperature <= 0:
        return (*steps, Step("greedy"))
    if sampling.top_k > 0:
        steps.append(Step("top_k", (sampling.top_k,)))
    if sampling.top_p < 1:
        steps.append(Step("top_p", (sampling.top_p, 1)))
    if sampling.min_p > 0:
        steps.append(Step("min_p", (sampling.min_p, 1)))
    return (*steps, Step("temp", (sampling.temperature,)), Step("dist", (_seed(sampling.seed),)))


def _penalties(sampling: Sampling, vocabulary: int, context_tokens: int) -> list[Step]:
    repeat, frequency = sampling.repeat_penalty, sampling.frequency_penalty
    presence = sampling.presence_penalty
    if sampling.repeat_last_n == 0 or (repeat, frequency, presence) == (1, 0, 0):
        return []
    last = context_tokens if sampling.repeat_last_n < 0 else sampling.repeat_last_n
    return [Step("penalties", (vocabulary, last, repeat, frequency, presence))]


def _seed(seed: int | None) -> int:
    # llama.cpp takes 32 bits, of which all ones mean "random": that choice is made here.
    return secrets.randbelow(2**32 - 1) if seed is None else seed % (2**32 - 1)
