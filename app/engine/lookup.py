"""Guesses an answer's next tokens from what was said before: prompt lookup."""

from __future__ import annotations

from collections.abc import Sequence

GRAM = 3  # so many tokens must agree before a guess is made
CANDIDATES = 8  # of all places that agree, the last ones
LONGEST = 24  # beyond that a longer agreement says no more


class PromptLookup:
    """Where each three tokens of a prompt and its answer so far stood before."""

    def __init__(self) -> None:
        self._places: dict[tuple[int, ...], list[int]] = {}  # by trigram: where it was followed
        self._indexed = GRAM - 1

    def draft(self, tokens: Sequence[int], most: int) -> list[int]:
        """What followed, at most `most` tokens of it, where the end of `tokens` stood before."""
        self._index(tokens)
        if len(tokens) < GRAM or most <= 0:
            return []
        places = self._places.get(tuple(tokens[-GRAM:]), [])[-CANDIDATES - 1 : -1]
        if not places:
            return []
        start = max(places, key=lambda place: (_agreement(tokens, place), place))
        found = list(tokens[start : start + most])
        while len(found) < most:  # what repeats itself goes on repeating itself
            found.append(found[len(found) - (len(tokens) - start)])
        return found

    def _index(self, tokens: Sequence[int]) -> None:
        for end in range(self._indexed + 1, len(tokens) + 1):
            gram = tuple(tokens[end - GRAM : end])
            self._places.setdefault(gram, []).append(end)
        self._indexed = max(self._indexed, len(tokens))


def _agreement(tokens: Sequence[int], place: int) -> int:
    """How many tokens before `place` are those at the end, up to `LONGEST`."""
    most = min(place, LONGEST)
    for length in range(GRAM, most):
        if tokens[place - 1 - length] != tokens[-1 - length]:
            return length
    return most
