"""Regular expressions, as JSON Schema's `pattern` has them, to GBNF. Source: ECMA-262, "Patterns".

What no grammar can say (backreferences, looking around, word boundaries) is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.chat.schema.gbnf import LAST, Range, Rules, either, sequence
from app.chat.schema.json_text import characters, complement

ANY: tuple[Range, ...] = ((0, LAST),)
DIGIT: tuple[Range, ...] = ((0x30, 0x39),)
WORD: tuple[Range, ...] = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
SPACE: tuple[Range, ...] = (
    *((0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A)),
    *((0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)
LINE_ENDS: tuple[Range, ...] = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
CLASSES = {"d": DIGIT, "w": WORD, "s": SPACE}
CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}
TIMES = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")
MOST_TIMES = 10_000


class Inexpressible(Exception):
    """A part of a pattern that no grammar can say; its text."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of some ranges."""

    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """A node, so many times; None: without an end."""

    node: Node
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Chain:
    """One node after the other."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several nodes."""

    nodes: tuple[Node, ...]


Node = Chars | Times | Chain | Either
WHATEVER = Times(Chars(ANY), 0, None)


def parsed(pattern: str) -> Node:
    """What the whole string must look like. Raises: Inexpressible."""
    return _Reader(pattern).whole()


def width(node: Node) -> tuple[int, int | None]:
    """How many characters a match has, at least and at most; None: without an end."""
    if isinstance(node, Chars):
        return 1, 1
    if isinstance(node, Times):
        low, high = width(node.node)
        if high == 0 or node.high == 0:
            return 0, 0
        longest = None if high is None or node.high is None else high * node.high
        return low * node.low, longest
    widths = [width(each) for each in node.nodes]
    lows, highs = [low for low, _ in widths], [high for _, high in widths]
    known = [high for high in highs if high is not None]
    join = max if isinstance(node, Either) else sum
    first = min if isinstance(node, Either) else sum
    return first(lows), join(known) if len(known) == len(highs) else None


def always_within(node: Node, low: int, high: int | None) -> bool:
    """Whether every match has such a length."""
    shortest, longest = width(node)
    return shortest >= low and (high is None or (longest is not None and longest <= high))


def expression(rules: Rules, node: Node) -> str:
    """The inside of a JSON string that matches."""
    if isinstance(node, Chars):
        return characters(node.ranges)
    if isinstance(node, Either):
        return either(expression(rules, each) or '""' for each in node.nodes)
    if isinstance(node, Chain):
        return sequence(*(expression(rules, each) for each in node.nodes))
    low, high, repeated = node.low, node.high, _unwrapped(node.node)
    if width(repeated)[0] == 0:
        if width(repeated)[1] == 0:
            return ""
        if high is None and isinstance(repeated, Times):
            # llama.cpp can't repeat what may be empty: (a*)+ is a*.
            return expression(rules, Times(repeated.node, 0, None))
        raise Inexpressible("a repetition of what may be empty")
    body = expression(rules, repeated)
    return rules.repeated(rules.define("part", body), low, high)


def _unwrapped(node: Node) -> Node:
    while isinstance(node, Chain) and len(node.nodes) == 1:
        node = node.nodes[0]
    return node


class _Reader:
    """A recursive descent through one pattern."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0

    def whole(self) -> Node:
        branches = [self._branch()]
        while self._taken("|"):
            branches.append(self._branch())
        if self._at < len(self._text):
            raise Inexpressible(self._text[self._at :])
        return branches[0] if len(branches) == 1 else Either(tuple(branches))

    def _branch(self) -> Node:
        """An alternative of the whole pattern: without an anchor, anything may stand there."""
        begin = () if self._taken("^") else (WHATEVER,)
        nodes = self._sequence()
        end = () if self._taken("$") else (WHATEVER,)
        return Chain((*begin, *nodes, *end))

    def _sequence(self) -> tuple[Node, ...]:
        nodes: list[Node] = []
        while self._at < len(self._text) and self._text[self._at] not in "|)$":
            nodes.append(self._repeated(self._atom()))
        return tuple(nodes)

    def _repeated(self, node: Node) -> Node:
        if self._taken("*"):
            return self._lazy(Times(node, 0, None))
        if self._taken("+"):
            return self._lazy(Times(node, 1, None))
        if self._taken("?"):
            return self._lazy(Times(node, 0, 1))
        if found := TIMES.match(self._text, self._at):
            self._at = found.end()
            low = int(found[1])
            last = None if found[2] and not found[3] else int(found[3] or found[1])
            if max(low, last or 0) > MOST_TIMES or (last is not None and last < low):
                raise Inexpressible(found[0])
            return self._lazy(Times(node, low, last))
        return node

    def _lazy(self, node: Node) -> Node:
        # Greedy or not, the same texts match.
        self._taken("?")
        if self._at < len(self._text) and self._text[self._at] in "*+?{":
            raise Inexpressible(self._text[self._at :])
        return node

    def _atom(self) -> Node:
        char = self._next()
        if char == "(":
            return self._group()
        if char == "[":
            return Chars(self._class())
        if char == ".":
            return Chars(tuple(complement(LINE_ENDS)))
        if char == "\\":
            return Chars(self._escape())
        if char in "^*+?":
            raise Inexpressible(self._text[self._at - 1 :])
        return Chars(((ord(char), ord(char)),))

    def _group(self) -> Node:
        if self._taken("?"):
            if found := re.compile(r":|P?<[A-Za-z_]\w*>").match(self._text, self._at):
                self._at = found.end()
            else:
                raise Inexpressible(self._text[self._at - 2 :])
        branches = [Chain(self._sequence())]
        while self._taken("|"):
            branches.append(Chain(self._sequence()))
        if not self._taken(")"):
            raise Inexpressible(self._text[self._at :] or self._text)
        return branches[0] if len(branches) == 1 else Either(tuple(branches))

    def _class(self) -> tuple[Range, ...]:
        start = self._at - 1
        negated = self._taken("^")
        ranges: list[Range] = []
        while not self._taken("]"):
            part = self._class_part()
            if self._text.startswith("-", self._at) and self._text[
                self._at + 1 : self._at + 2
            ] not in (
                "]",
                "",
            ):
                self._at += 1
                end = self._class_part()
                if len(part) != 1 or len(end) != 1 or part[0][0] > end[0][1]:
                    raise Inexpressible(self._text[start : self._at])
                part = ((part[0][0], end[0][1]),)
            ranges.extend(part)
        found = complement(ranges) if negated else ranges
        if not found:
            raise Inexpressible(self._text[start : self._at])
        return tuple(found)

    def _class_part(self) -> tuple[Range, ...]:
        char = self._next()
        if char == "\\":
            if self._taken("b"):
                return ((8, 8),)
            return self._escape()
        return ((ord(char), ord(char)),)

    def _escape(self) -> tuple[Range, ...]:
        start = self._at - 1
        char = self._next()
        if char.lower() in CLASSES:
            ranges = CLASSES[char.lower()]
            return ranges if char.islower() else tuple(complement(ranges))
        if char in CONTROLS:
            return ((CONTROLS[char], CONTROLS[char]),)
        if found := re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})").match(
            self._text, self._at - 1
        ):
            self._at = found.end()
            point = int(found[1] or found[2], 16)
            if not 0xD800 <= point < 0xE000:
                return ((point, point),)
        elif not char.isalnum():
            return ((ord(char), ord(char)),)
        raise Inexpressible(self._text[start : self._at])

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise Inexpressible(self._text)
        self._at += 1
        return self._text[self._at - 1]

    def _taken(self, char: str) -> bool:
        taken = self._text.startswith(char, self._at)
        self._at += taken
        return taken
