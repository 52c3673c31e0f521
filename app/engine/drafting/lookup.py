"""Guesses an answer's next tokens from what was said before: prompt lookup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GRAM = 3  # so many tokens must agree before a guess is made
CANDIDATES = 8  # of all places that agree, the last ones
LONGEST = 24  # beyond that a longer agreement says no more


@dataclass(frozen=True, slots=True)
class Match:
    """Where the end of a text stood before, and how many of its tokens agree with that place."""

    place: int
    agreement: int


class PromptLookup:
    """Where each three tokens of a prompt and its answer so far stood before."""

    def __init__(self) -> None:
        self._places: dict[tuple[int, ...], list[int]] = {}  # by trigram: where it was followed
        self._indexed = GRAM - 1

    def match(self, tokens: Sequence[int]) -> Match | None:
        """The place that agrees longest with the end of `tokens`, the last one among equals."""
        self._index(tokens)
        if len(tokens) < GRAM:
            return None
        places = self._places.get(tuple(tokens[-GRAM:]), [])[-CANDIDATES - 1 : -1]
        if not places:
            return None
        agreement, place = max((_agreement(tokens, place), place) for place in places)
        return Match(place, agreement)

    def _index(self, tokens: Sequence[int]) -> None:
        for end in range(self._indexed + 1, len(tokens) + 1):
            gram = tuple(tokens[end - GRAM : end])
            self._places.setdefault(gram, []).append(end)
        self._indexed = max(self._indexed, len(tokens))


def continued(tokens: Sequence[int], match: Match, length: int) -> list[int]:
    """The `length` tokens that followed where the end of `tokens` stood before."""
    found = list(tokens[match.place : match.place + length])
    while len(found) < length:  # what repeats itself goes on repeating itself
        found.append(found[len(found) - (len(tokens) - match.place)])
    return found


def _agreement(tokens: Sequence[int], place: int) -> int:
    """How many tokens before `place` are those at the end, up to `LONGEST`."""
    most = min(place, LONGEST)
    for length in range(GRAM, most):
        if tokens[place - 1 - length] != tokens[-1 - length]:
            return length
    return most
