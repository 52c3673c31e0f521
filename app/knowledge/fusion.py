"""Several rankings made one. Pure.

Source: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual
Rank Learning Methods", SIGIR 2009.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)

SOFTNESS = 5.0  # the smaller, the more the first places stand out

Ranking = Sequence[tuple[Item, float]]
"""Items, best first, each with how far this ranking is to be trusted about it, 0 to 1."""


def fused(
    rankings: Sequence[Ranking[Item]], softness: float = SOFTNESS
) -> list[tuple[Item, float]]:
    """The items of all rankings with their fused scores, best first.

    On equal scores, what an earlier ranking names first comes first.
    """
    scores: dict[Item, float] = {}
    for ranking in rankings:
        for place, (item, trust) in enumerate(ranking, 1):
            scores[item] = scores.get(item, 0.0) + trust / (softness + place)
    return sorted(scores.items(), key=lambda scored: -scored[1])
