"""A pattern and a length at once: one rule for each place in the pattern after so many characters.

Source: Glushkov, "The abstract theory of automata" (1961): the places and which follows which.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.chat.schema.gbnf import Range, Rules, sequence
from app.chat.schema.json_text import characters
from app.chat.schema.pattern import Chars, Either, Inexpressible, Node, Times

MOST = 4000  # places times characters
START = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """Where a part of a pattern may begin and end, and whether it may be nothing."""

    nothing: bool
    first: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()


class Automaton:
    """The places of a pattern: each stands for one character. Raises: Inexpressible if too many."""

    def __init__(self, node: Node) -> None:
        self._chars: list[tuple[Range, ...]] = [()]
        self._follow: list[set[int]] = [set()]
        whole = self._part(node)
        self._follow[START] = set(whole.first)
        self._ends = whole.last | ({START} if whole.nothing else set())

    def expression(self, rules: Rules, low: int, high: int | None) -> str | None:
        """The matches of this length; None where there are none."""
        most = low if high is None else high
        if len(self._chars) * (most + 1) > MOST:
            raise Inexpressible("minLength, maxLength")
        after: dict[int, str] = {}
        if high is None:
            # From `low` on the length does not matter any more.
            names = {place: rules.reserve("p") for place in range(len(self._chars))}
            for place, name in names.items():
                rules.set(name, self._body(rules, place, names, ends=place in self._ends) or '""')
            after, most = names, low - 1
        for count in range(most, -1, -1):
            bodies = {
                place: self._body(rules, place, after, place in self._ends and count >= low)
                for place in range(len(self._chars))
            }
            after = {
                place: rules.define("p", body) for place, body in bodies.items() if body is not None
            }
        return after.get(START)

    def _body(self, rules: Rules, place: int, after: dict[int, str], ends: bool) -> str | None:
        """What may follow a place, given the rules one character further on."""
        branches = [
            sequence(rules.define("c", characters(self._chars[each])), after[each])
            for each in sorted(self._follow[place])
            if each in after
        ]
        if ends:
            return f"({' | '.join(branches)})?" if branches else '""'
        return " | ".join(branches) if branches else None

    def _part(self, node: Node) -> _Part:
        if isinstance(node, Chars):
            if len(self._chars) > MOST:
                raise Inexpressible("minLength, maxLength")
            self._chars.append(node.ranges)
            self._follow.append(set())
            place = frozenset([len(self._chars) - 1])
            return _Part(False, place, place)
        if isinstance(node, Times):
            return self._times(node)
        parts = [self._part(each) for each in node.nodes]
        if isinstance(node, Either):
            first = frozenset().union(*(part.first for part in parts))
            last = frozenset().union(*(part.last for part in parts))
            return _Part(any(part.nothing for part in parts), first, last)
        return self._chain(parts)

    def _times(self, node: Times) -> _Part:
        parts = [self._part(node.node) for _ in range(node.low)]
        if node.high is None:
            loop = self._part(node.node)
            self._link(loop, loop)
            parts.append(_Part(True, loop.first, loop.last))
        else:
            more = (self._part(node.node) for _ in range(node.high - node.low))
            parts += [_Part(True, part.first, part.last) for part in more]
        return self._chain(parts)

    def _chain(self, parts: list[_Part]) -> _Part:
        whole = _Part(True)
        for part in parts:
            self._link(whole, part)
            first = whole.first | part.first if whole.nothing else whole.first
            last = whole.last | part.last if part.nothing else part.last
            whole = _Part(whole.nothing and part.nothing, first, last)
        return whole

    def _link(self, one: _Part, other: _Part) -> None:
        for place in one.last:
            self._follow[place] |= other.first
