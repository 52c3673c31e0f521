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


LEVEL_OF = 20  # the best so many of a group say how similar its passages are to anything
SMALL_GROUP_DROP = 0.02  # for the places that a smaller group does not fill


def levelled(groups: Sequence[Sequence[tuple[Item, float]]]) -> list[tuple[Item, float]]:
    """Groups of similarities made one ranking by how far each item stands out of its own group."""
    merged = [
        (score - _level([score for _, score in group]), item, score)
        for group in groups
        for item, score in group
    ]
    merged.sort(key=lambda entry: -entry[0])
    return [(item, score) for _, item, score in merged]


def _level(scores: list[float]) -> float:
    best = scores[:LEVEL_OF]
    missing = LEVEL_OF - len(best)
    return (sum(best) + missing * (best[0] - SMALL_GROUP_DROP)) / LEVEL_OF


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
