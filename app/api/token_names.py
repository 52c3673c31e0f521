"""Tokens and samplers by the names that clients give them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from app.api.wire import wrong
from app.engine.model import Model
from app.engine.sampling import canonical
from app.language import Text

# Source: llama.cpp, common/sampling.cpp, `common_sampler_type_to_chr`.
_LETTERS = {
    **{"e": "penalties", "d": "dry", "s": "top_n_sigma", "k": "top_k", "y": "typ_p", "p": "top_p"},
    **{"m": "min_p", "x": "xtc", "t": "temperature", "i": "infill", "a": "adaptive_p"},
}

_UNKNOWN_SAMPLER = Text("there is no sampler “{name}”", "没有名为“{name}”的采样器")
_PAIR = Text(
    "must be pairs of a token (its number or its text) and a number, or false to forbid it",
    "应为词元（编号或文本）与数值组成的数对；用 false 表示禁止",
)


def samplers(given: str | list[str]) -> tuple[str, ...]:
    """A list of names, or a letter for each. Raises: BadRequest."""
    named = [
        (name, _LETTERS.get(name) if isinstance(given, str) else canonical(name)) for name in given
    ]
    for name, known in named:
        if known is None:
            raise wrong("samplers", _UNKNOWN_SAMPLER.filled(name=name))
    return tuple(known for _, known in named if known is not None)


def biases(
    given: dict[str, float | bool] | list[Any], model: Model
) -> tuple[tuple[int, float], ...]:
    """What is added to the logits of which tokens. Raises: BadRequest."""
    pairs = given.items() if isinstance(given, dict) else [_pair(each) for each in given]
    return tuple((token, _number(bias)) for name, bias in pairs for token in _tokens(name, model))


def _pair(given: Any) -> tuple[Any, Any]:
    match given:
        case [int() | str() as name, int() | float() as bias] if not isinstance(name, bool):
            return name, bias
        case {"id": int() as name, "bias": int() | float() as bias}:
            return name, bias
    raise wrong("logit_bias", _PAIR)


def _tokens(name: int | str, model: Model) -> Iterator[int]:
    """OpenAI's API writes numbers as text, for keys of an object are text."""
    if isinstance(name, int):
        yield name
    elif name.lstrip("-").isascii() and name.lstrip("-").isdigit() and len(name) < 12:
        yield int(name)
    else:
        yield from model.tokenize(name, special=False, begin=False)


def _number(bias: float | bool) -> float:
    if isinstance(bias, bool):
        if bias:
            raise wrong("logit_bias", _PAIR)
        return -math.inf
    return bias
