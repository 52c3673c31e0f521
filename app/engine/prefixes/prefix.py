"""What was computed for the beginning of a prompt, kept in the host's memory. Pure."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

SOME = 8

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
    """Prefixes in the host's memory, those used last, up to a limit. Safe for threads.

    They are found by their blocks of tokens, each hashed with all that comes before it, so that
    thousands cost no more to search than a few; what is shorter than a block is not found.
    """

    def __init__(self, limit_bytes: int, can_cut: bool = True, block: int = 32) -> None:
        self.limit_bytes = limit_bytes
        self._can_cut = can_cut
        self._block = block
        self._lock = threading.Lock()
        self._kept: dict[Prefix, list[int]] = {}  # with its blocks; the one used last comes last
        self._by_block: dict[int, dict[Prefix, None]] = {}
        self.bytes_held = 0

    def has(self, tokens: Sequence[int], adapters: Adapters) -> bool:
        """Whether all these tokens are kept."""
        blocks = self._blocks(tokens)
        with self._lock:
            return any(
                each.adapters == adapters and common_prefix(each.tokens, tokens) == len(tokens)
                for each in (self._by_block.get(blocks[-1], ()) if blocks else ())
            )

    def put(self, prefix: Prefix) -> None:
        """Keep a prefix; it stands for those that are its own beginning."""
        if len(prefix.data) > self.limit_bytes:
            return
        blocks = self._blocks(prefix.tokens)
        with self._lock:
            for covered in self._covered(prefix, blocks):
                self._remove(covered)
            self._kept[prefix] = blocks
            for block in blocks:
                self._by_block.setdefault(block, {})[prefix] = None
            self.bytes_held += len(prefix.data)
            while self.bytes_held > self.limit_bytes:
                self._remove(next(iter(self._kept)))

    def best(self, prompt: Sequence[int], adapters: Adapters) -> tuple[Prefix | None, int]:
        """The prefix that saves most of a prompt's work, and how many tokens of it."""
        blocks = self._blocks(prompt)
        with self._lock:
            for count, block in reversed(list(enumerate(blocks, 1))):
                found = [
                    (reusable(each.tokens, prompt, self._can_cut), place, each)
                    for place, each in enumerate(self._sharing(block, count))
                    if each.adapters == adapters
                ]
                saved, _, prefix = max(found, default=(0, 0, None), key=lambda each: each[:2])
                if saved:
                    return prefix, saved
        return None, 0

    def touch(self, prefix: Prefix) -> None:
        """It was used just now."""
        with self._lock:
            if prefix in self._kept:
                self._kept[prefix] = self._kept.pop(prefix)

    def drop(self, prefix: Prefix) -> None:
        """Forget one that turned out useless."""
        with self._lock:
            self._remove(prefix)

    def _sharing(self, block: int, count: int) -> list[Prefix]:
        """Some that share a block, the `count`-th of each: all save as much, but for a part of one.

        What can't be cut has to end in it.
        """
        holders = self._by_block.get(block, {})
        if not self._can_cut:
            return [each for each in holders if len(each.tokens) // self._block == count]
        return list(islice(reversed(holders), SOME))

    def _remove(self, prefix: Prefix) -> None:
        if prefix not in self._kept:
            return
        self.bytes_held -= len(prefix.data)
        for block in self._kept.pop(prefix):
            holders = self._by_block[block]
            del holders[prefix]
            if not holders:
                del self._by_block[block]

    def _covered(self, longer: Prefix, blocks: Sequence[int]) -> list[Prefix]:
        """The kept ones that a longer one can stand for."""
        length = len(longer.tokens)
        return [
            each
            for count, block in enumerate(blocks, 1)
            for each in self._by_block.get(block, ())
            if len(each.tokens) // self._block == count
            and each.adapters == longer.adapters
            and (self._can_cut or len(each.tokens) == length)
            and common_prefix(each.tokens, longer.tokens) == len(each.tokens)
        ]

    def _blocks(self, tokens: Sequence[int]) -> list[int]:
        """A hash for each whole block, of the block and all before it."""
        found, before = [], 0
        for end in range(self._block, len(tokens) + 1, self._block):
            before = hash((before, tuple(tokens[end - self._block : end])))
            found.append(before)
        return found
