"""Refuses grammars that explain one text in ever more ways at once. Pure.

llama.cpp keeps a stack for each way, and tries whole tokens of up to a hundred characters: where
each character doubles the ways, that never ends. A text that does so is looked for, from every
rule on, by taking at each step the character that keeps most ways open.
"""

from __future__ import annotations

from app.engine.productions import Characters, Element, Productions, Ref
from app.errors import BadRequest
from app.language import Text

AMBIGUOUS = Text(
    "The grammar is too ambiguous: it explains one text in too many ways at once.",
    "文法歧义过多：同一段文字有太多种解释方式。",
)

MOST_WAYS = 2000
MOST_CHARACTERS = 32
MOST_WORK = 15_000

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
        self.work = 0

    def follow(self, rule: int) -> None:
        """The ways of reading a text that keeps many of them open. Raises: BadRequest."""
        ways = self._advanced({(start, None) for start in self._starts[rule]})
        for _ in range(MOST_CHARACTERS):
            counts: dict[int, int] = {}
            for code in self._codes(ways):
                counts[code] = sum(self._matches(way, code) for way in ways)
            if not counts:
                return
            best = max(counts, key=lambda code: counts[code])
            ways = self._advanced(
                {(way[0] + 1, way[1]) for way in ways if self._matches(way, best)}
            )

    def _codes(self, ways: set[Stack]) -> set[int]:
        elements = (self._elements[way[0]] for way in ways)
        return {
            each.ranges[0][0]
            for each in elements
            if isinstance(each, Characters) and each.ranges and not each.negated
        } or {ord("a")}

    def _matches(self, way: Stack, code: int) -> bool:
        self.work += 1
        element = self._elements[way[0]]
        return isinstance(element, Characters) and element.matches(code)

    def _advanced(self, ways: set[Stack]) -> set[Stack]:
        """All ways on from here, up to their next character."""
        found: set[Stack] = set()
        seen: set[Stack] = set()
        todo: list[Stack | None] = list(ways)
        while todo:
            way = todo.pop()
            if way is None or way in seen:
                continue
            seen.add(way)
            self.work += 1
            if len(seen) > MOST_WAYS:
                raise BadRequest(AMBIGUOUS, field="grammar")
            at, after = way
            element = self._elements[at]
            if element is None:
                todo.append(after)
            elif isinstance(element, Ref):
                behind = after if self._elements[at + 1] is None else (at + 1, after)
                todo += [(start, behind) for start in self._starts[element.rule]]
            else:
                found.add(way)
        return found
