"""Builds SentencePiece's precompiled character map: a trie in a double array, and replacements.

llama.cpp walks the trie byte by byte: from unit `u` over byte `c` to unit `base(u) ^ c`, whose own
label must be `c`. A unit with the leaf bit has its value (where the replacement starts) in the
unit at `base(u)`.

Source: llama.cpp src/llama-vocab.cpp, xcda_array_view; SentencePiece src/normalizer.cc.
"""

import struct
from collections.abc import Mapping
from itertools import count
from typing import Any

__all__ = ["charsmap"]

LEAF = 1 << 8
VALUE = 1 << 31
BASE_SHIFT = 10
BLOCK = 256  # a base and its children differ in the low eight bits, so they share a block

Trie = dict[int, Any]  # byte -> Trie; 0 -> where the replacement starts


def charsmap(replacements: Mapping[str, str]) -> bytes:
    """The map that replaces each key with its value, as a GGUF file carries it.

    Shape: u32 bytes of the double array, the double array, replacements each closed by a zero.
    """
    pool = bytearray()
    starts: dict[str, int] = {}
    trie: Trie = {}
    for text, replacement in sorted(replacements.items()):
        if replacement not in starts:
            starts[replacement] = len(pool)
            pool += replacement.encode() + b"\0"
        node = trie
        for byte in text.encode():
            node = node.setdefault(byte, {})
        node[0] = starts[replacement]
    units = _DoubleArray(trie).units()
    return struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + pool


class _DoubleArray:
    """Lays a trie out so that one addition-free step finds a child."""

    def __init__(self, trie: Trie) -> None:
        self._units = {0: 0}  # the root
        self._bases: set[int] = set()
        self._tried: dict[int, int] = {}  # children -> slot before which there was no room
        self._place(trie, 0)

    def units(self) -> list[int]:
        size = (max(self._units) // BLOCK + 1) * BLOCK
        return [self._units.get(index, 0) for index in range(size)]

    def _place(self, node: Trie, index: int) -> None:
        base = self._free_base(node)
        self._bases.add(base)
        self._units.update((base ^ byte, byte) for byte in node)
        self._units[index] |= (index ^ base) << BASE_SHIFT
        for byte, child in sorted(node.items()):
            if byte == 0:
                self._units[index] |= LEAF
                self._units[base] = VALUE | child
            else:
                self._place(child, base ^ byte)

    def _free_base(self, node: Trie) -> int:
        """A base that no other node has, with room for every child."""
        first = min(node)
        for slot in count(self._tried.get(len(node), 1)):
            base = slot ^ first
            # A shared base would let one parent reach the other's children.
            if base not in self._bases and not any(base ^ byte in self._units for byte in node):
                self._tried[len(node)] = slot
                return base
        raise AssertionError("slots never end")
