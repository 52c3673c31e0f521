"""What was computed for the beginning of a prompt, kept in the host's memory. Pure."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

Adapters = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Prefix:
    """Tokens, and what a sequence with these adapters holds for them (`Llama.save`)."""

    tokens: tuple[int, ...]
    data: bytearray
    adapters: Adapters = ()


def common_prefix(first: Sequence[int], second: Sequence[int]) -> int:
    """How many tokens two sequences begin with in common."""
    low, high = 0, min(len(first), len(second))
    step = 32  # most differ early; whole slices are compared in C
    while low < high:
        end = min(low + step, high)
        if list(first[low:end]) == list(second[low:end]):
            low, step = end, step * 4
        elif end - low == 1:
            break
        else:
            high, step = end, (end - low) // 2
    return low


def reusable(held: Sequence[int], prompt: Sequence[int], can_cut: bool) -> int:
    """How many tokens of a prompt need not be computed where `held` is held already.

    The last prompt token is always computed again: its logits choose the first token. What can't
    be cut back serves whole or not at all.
    """
    common = min(common_prefix(held, prompt), len(prompt) - 1)
    return common if can_cut or common == len(held) else 0


class HostCache:
    """Prefixes in the host's memory, those used last, up to a limit. Safe for threads."""

    def __init__(self, limit_bytes: int, can_cut: bool = True) -> None:
        self.limit_bytes = limit_bytes
        self._can_cut = can_cut
        self._lock = threading.Lock()
        self._kept: list[Prefix] = []  # the one used last comes last

    @property
    def bytes_held(self) -> int:
        """How much they take."""
        return sum(len(each.data) for each in self._kept)

    def has(self, tokens: Sequence[int], adapters: Adapters) -> bool:
        """Whether all these tokens are kept."""
        with self._lock:
            return any(
                each.adapters == adapters and common_prefix(each.tokens, tokens) == len(tokens)
                for each in self._kept
            )

    def put(self, prefix: Prefix) -> None:
        """Keep a prefix; it stands for those that are its own beginning."""
        if len(prefix.data) > self.limit_bytes:
            return
        with self._lock:
            self._kept = [each for each in self._kept if not self._covers(prefix, each)]
            self._kept.append(prefix)
            while self.bytes_held > self.limit_bytes:
                del self._kept[0]

    def best(self, prompt: Sequence[int], adapters: Adapters) -> tuple[Prefix | None, int]:
        """The prefix that saves most of a prompt's work, and how many tokens of it."""
        with self._lock:
            found = [
                (reusable(each.tokens, prompt, self._can_cut), place, each)
                for place, each in enumerate(self._kept)
                if each.adapters == adapters
            ]
        saved, _, prefix = max(found, default=(0, 0, None), key=lambda each: each[:2])
        return (prefix, saved) if saved else (None, 0)

    def touch(self, prefix: Prefix) -> None:
        """It was used just now."""
        with self._lock:
            if prefix in self._kept:
                self._kept.remove(prefix)
                self._kept.append(prefix)

    def drop(self, prefix: Prefix) -> None:
        """Forget one that turned out useless."""
        with self._lock:
            self._kept = [each for each in self._kept if each is not prefix]

    def _covers(self, longer: Prefix, shorter: Prefix) -> bool:
        common = common_prefix(longer.tokens, shorter.tokens)
        return (
            longer.adapters == shorter.adapters
            and common == len(shorter.tokens)
            and (self._can_cut or common == len(longer.tokens))
        )
