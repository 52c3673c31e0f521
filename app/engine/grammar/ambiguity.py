"""Refuses grammars that explain one text in ever more ways. Pure.

Between tokens llama.cpp keeps all places where the text may stand, and within a token it follows
each path to such a place on its own: where each character doubles either, that never ends. A text
that does so is looked for, from every rule on, by taking at each step the character that keeps
most paths open.
"""

from __future__ import annotations

from collections import Counter

from app.engine.grammar.productions import Characters, Element, Productions, Ref
from app.errors import BadRequest
from app.language import Text

AMBIGUOUS = Text(
    "The grammar is too ambiguous: it explains one text in too many ways at once.",
    "文法歧义过多：同一段文字有太多种解释方式。",
)

MOST_PLACES, MOST_CHARACTERS = 2_000, 32
MOST_PATHS, TOKEN_CHARACTERS = 10_000, 16
MOST_WORK = 30_000
ANY = b"b= "  # whatever a negated class leaves out, it is hardly all of these

Stack = tuple[int, "Stack | None"]  # where it stands, and where it goes on afterwards


def check_ambiguity(productions: Productions) -> None:
    """Raises: BadRequest."""
    ways = _Ways(productions)
    for rule in (productions.root, *range(len(productions.rules))):
        ways.follow(rule)
        if ways.work > MOST_WORK:
            return


class _Ways:
    def __init__(self, productions: Productions) -> None:
        self._elements: list[Element | None] = []  # None: the end of a sequence
        self._starts: list[list[int]] = []
        for alternates in productions.rules:
            self._starts.append([])
            for alternate in alternates:
                self._starts[-1].append(len(self._elements))
                self._elements += [*alternate, None]
        self._known: dict[Stack, frozenset[Stack]] = {}
        self.work = 0

    def follow(self, rule: int) -> None:
        """Count the ways of reading a text that keeps many of them open. Raises: BadRequest."""
        ways = Counter[Stack]()  # each with how many lead to it
        for start in self._starts[rule]:
            ways.update(self._onward((start, None)))
        for length in range(MOST_CHARACTERS):
            paths = ways.total() if length <= TOKEN_CHARACTERS else 0
            if len(ways) > MOST_PLACES or paths > MOST_PATHS:
                raise BadRequest(AMBIGUOUS, field="grammar")
            counts = {code: self._open(ways, code) for code in self._codes(ways)}
            best = max(counts, key=lambda code: counts[code])
            if not counts[best] or self.work > MOST_WORK:
                return
            after = Counter[Stack]()
            for way, count in ways.items():
                if self._matches(way, best):
                    for onward in self._onward((way[0] + 1, way[1])):
                        after[onward] += count
            ways = after

    def _codes(self, ways: Counter[Stack]) -> set[int]:
        elements = (self._elements[way[0]] for way in ways)
        return {
            each.ranges[0][0]
            for each in elements
            if isinstance(each, Characters) and each.ranges and not each.negated
        } | set(ANY)

    def _open(self, ways: Counter[Stack], code: int) -> int:
        return sum(count for way, count in ways.items() if self._matches(way, code))

    def _matches(self, way: Stack, code: int) -> bool:
        self.work += 1
        element = self._elements[way[0]]
        return isinstance(element, Characters) and element.matches(code)

    def _onward(self, way: Stack) -> frozenset[Stack]:
        """All ways from here up to their next character."""
        if way not in self._known:
            self._known[way] = self._advanced(way)
        return self._known[way]

    def _advanced(self, way: Stack) -> frozenset[Stack]:
        found, seen = set[Stack](), set[Stack]()
        todo: list[Stack | None] = [way]
        while todo:
            step = todo.pop()
            if step is None or step in seen:
                continue
            seen.add(step)
            self.work += 1
            if len(seen) > MOST_PLACES:
                raise BadRequest(AMBIGUOUS, field="grammar")
            at, after = step
            element = self._elements[at]
            if element is None:
                todo.append(after)
            elif isinstance(element, Ref):
                behind = after if self._elements[at + 1] is None else (at + 1, after)
                todo += [(start, behind) for start in self._starts[element.rule]]
            else:
                found.add(step)
        return frozenset(found)
