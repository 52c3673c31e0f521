"""A small reader of GBNF: checks whether a text fits a grammar, and writes texts that do."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

Ranges = tuple[tuple[int, int], ...]
ESCAPES = {"n": 10, "r": 13, "t": 9}


@dataclass(frozen=True)
class Char:
    ranges: Ranges
    negated: bool

    def accepts(self, char: str) -> bool:
        return any(low <= ord(char) <= high for low, high in self.ranges) != self.negated


@dataclass(frozen=True)
class Rule:
    name: str


@dataclass(frozen=True)
class Many:
    item: Item
    low: int
    high: int | None


@dataclass(frozen=True)
class Group:
    branches: tuple[tuple[Item, ...], ...]


Item = Char | Rule | Many | Group


class Grammar:
    """`fits` a text or not; `random_text` writes one."""

    def __init__(self, source: str) -> None:
        self.rules: dict[str, Group] = {}
        for line in source.splitlines():
            name, _, body = line.partition(" ::= ")
            assert name not in self.rules, f"{name} is defined twice"
            self.rules[name] = _Reader(body).whole()
        for group in self.rules.values():
            for name in _names(group):
                assert name in self.rules, f"{name} is not defined"

    def fits(self, text: str) -> bool:
        return self._ends(text) is not None and len(text) in self._ends(text)

    def begins(self, text: str) -> bool:
        """Whether some text of the grammar begins like this."""
        states = self._start()
        for char in text:
            states = self._after(states, char)
        return bool(states)

    def _ends(self, text: str) -> set[int]:
        states = self._start()
        ends = {0} if () in states else set()
        for index, char in enumerate(text, 1):
            states = self._after(states, char)
            if () in states:
                ends.add(index)
        return ends

    def _start(self) -> frozenset[tuple[Item, ...]]:
        return frozenset(self._expanded((Rule("root"),)))

    def _after(self, states: frozenset[tuple[Item, ...]], char: str) -> frozenset[tuple[Item, ...]]:
        found: set[tuple[Item, ...]] = set()
        for state in states:
            if state and isinstance(state[0], Char) and state[0].accepts(char):
                found.update(self._expanded(state[1:]))
        return frozenset(found)

    @lru_cache(maxsize=20_000)  # noqa: B019 - as short-lived as the grammar
    def _expanded(self, stack: tuple[Item, ...]) -> frozenset[tuple[Item, ...]]:
        """The stacks with a character on top, or none at all, that this one stands for."""
        if not stack or isinstance(stack[0], Char):
            return frozenset([stack])
        found: set[tuple[Item, ...]] = set()
        for branch in self._branches(stack[0]):
            found.update(self._expanded((*branch, *stack[1:])))
        return frozenset(found)

    def _branches(self, item: Item) -> Iterator[tuple[Item, ...]]:
        if isinstance(item, Rule):
            yield from self.rules[item.name].branches
        elif isinstance(item, Group):
            yield from item.branches
        elif isinstance(item, Many):
            if item.low == 0:
                yield ()
            if item.high != 0:
                high = None if item.high is None else item.high - 1
                yield (item.item, Many(item.item, max(0, item.low - 1), high))

    def random_text(self, chance: random.Random) -> str:
        """A text that fits; from some size on, the shortest way to an end."""
        text: list[str] = []
        stack: list[Item] = [Rule("root")]
        while stack:
            item = stack.pop()
            if isinstance(item, Char):
                text.append(_random_char(item, chance))
                continue
            branches = list(self._branches(item))
            if len(text) > 60 or len(stack) > 40:
                branch = min(branches, key=lambda each: sum(map(self._size, each)))
            else:
                branch = chance.choice(branches)
            stack += reversed(branch)
            assert len(text) < 20_000, "the grammar has no end"
        return "".join(text)

    def _size(self, item: Item) -> float:
        return (
            self._sizes.get(item.name, 1e9) if isinstance(item, Rule) else _size(item, self._sizes)
        )

    @property
    def _sizes(self) -> dict[str, float]:
        if not hasattr(self, "_known"):
            self._known: dict[str, float] = {}
            for _ in range(60):
                for name, group in self.rules.items():
                    self._known[name] = _size(group, self._known)
        return self._known


def _size(item: Item, known: dict[str, float]) -> float:
    """About the fewest steps to the end of an item."""
    if isinstance(item, Char):
        return 1
    if isinstance(item, Rule):
        return known.get(item.name, 1e9)
    if isinstance(item, Many):
        return item.low * _size(item.item, known) + 0.1
    return min(sum(_size(each, known) for each in branch) for branch in item.branches) + 0.1


def _random_char(item: Char, chance: random.Random) -> str:
    favourites = [*"abXYZ019 -_:/.é世😀", '"', "\\"]
    chance.shuffle(favourites)
    found = next((char for char in favourites if item.accepts(char)), None)
    if found and (item.negated or chance.random() < 0.5):
        return found
    ranges = [each for each in item.ranges if not item.negated]
    assert ranges, "a class without a character"
    low, high = chance.choice(ranges)
    for _ in range(20):
        point = chance.randint(low, min(high, low + 300))
        if not 0xD800 <= point < 0xE000:
            return chr(point)
    raise AssertionError("only surrogates")


def _names(item: Item) -> Iterator[str]:
    if isinstance(item, Rule):
        yield item.name
    elif isinstance(item, Many):
        yield from _names(item.item)
    elif isinstance(item, Group):
        for branch in item.branches:
            for each in branch:
                yield from _names(each)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def whole(self) -> Group:
        group = self.alternatives()
        assert self.at == len(self.text), f"left over: {self.text[self.at :]}"
        return group

    def alternatives(self) -> Group:
        branches = [self.branch()]
        while self.taken("|"):
            branches.append(self.branch())
        return Group(tuple(branches))

    def branch(self) -> tuple[Item, ...]:
        items: list[Item] = []
        while True:
            self.space()
            if self.at == len(self.text) or self.text[self.at] in "|)":
                return tuple(items)
            atom = self.atom()
            while (times := self.times()) is not None:
                assert len(atom) <= 1 or not isinstance(atom[0], Char)
                assert atom, "nothing to repeat"
                atom = [Many(atom[0] if len(atom) == 1 else Group((tuple(atom),)), *times)]
            items += atom

    def atom(self) -> list[Item]:
        if self.taken('"'):
            chars: list[Item] = []
            while not self.taken('"'):
                point = self.char()
                chars.append(Char(((point, point),), False))
            return chars
        if self.taken("["):
            return [self.char_class()]
        if self.taken("("):
            group = self.alternatives()
            assert self.taken(")")
            return [group]
        found = re.compile(r"[a-zA-Z0-9-]+").match(self.text, self.at)
        assert found, self.text[self.at :]
        self.at = found.end()
        return [Rule(found[0])]

    def char_class(self) -> Char:
        negated = self.taken("^")
        ranges = []
        while not self.taken("]"):
            low = high = self.char()
            if self.text[self.at] == "-" and self.text[self.at + 1] != "]":
                self.at += 1
                high = self.char()
            assert low <= high
            ranges.append((low, high))
        return Char(tuple(ranges), negated)

    def char(self) -> int:
        char = self.text[self.at]
        self.at += 1
        if char != "\\":
            return ord(char)
        kind = self.text[self.at]
        self.at += 1
        if digits := {"x": 2, "u": 4, "U": 8}.get(kind):
            self.at += digits
            return int(self.text[self.at - digits : self.at], 16)
        assert kind in '\\"[]nrt'
        return ESCAPES.get(kind, ord(kind))

    def times(self) -> tuple[int, int | None] | None:
        for sign, times in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.taken(sign):
                return times
        if found := re.compile(r"\{(\d+)(,)?(\d*)\}").match(self.text, self.at):
            self.at = found.end()
            low = int(found[1])
            high = None if found[2] and not found[3] else int(found[3] or low)
            assert max(low, high or 0) <= 2000, "more than llama.cpp repeats"
            return low, high
        return None

    def taken(self, sign: str) -> bool:
        taken = self.text.startswith(sign, self.at)
        self.at += taken
        return taken

    def space(self) -> None:
        while self.taken(" "):
            pass
