"""Tokens with their probabilities, as llama-server has them, and OpenAI in part."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from app.engine.model import Model
from app.engine.reply import Token

LEAST = -3.4028234663852886e38  # a 32-bit float's: JSON has no infinity


def token_fields(
    tokens: Iterable[Token], model: Model, after_sampling: bool = False
) -> list[dict[str, Any]]:
    """Each token with its alternatives; those without probabilities are left out.

    `after_sampling`: as the samplers left them, and as numbers from 0 to 1.
    """
    value, others = ("prob", "top_probs") if after_sampling else ("logprob", "top_logprobs")

    def number(logarithm: float) -> float:
        return math.exp(logarithm) if after_sampling else max(logarithm, LEAST)

    def named(token: int, piece: bytes, logarithm: float) -> dict[str, Any]:
        text = piece.decode("utf-8", "ignore")
        return {"id": token, "token": text, "bytes": list(piece), value: number(logarithm)}

    return [
        {
            **named(token.id, token.piece, found.chosen),
            others: [named(each, model.piece(each), log) for each, log in found.top],
        }
        for token in tokens
        if (found := token.probabilities)
    ]
