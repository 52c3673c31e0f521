"""Refuses grammars whose beginnings llama.cpp would follow for ever, too deep or too wide. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from app.engine.grammar.productions import Productions, Ref
from app.errors import BadRequest
from app.language import Text

LEFT_RECURSIVE = Text(
    "The grammar is left recursive: a rule begins with itself. Write the repetition with * or +.",
    "文法存在左递归：规则以自身开头。请改用 * 或 + 表示重复。",
)
TOO_WIDE = Text(
    "The grammar allows too many beginnings at once. Use fewer alternatives or less nesting.",
    "文法在同一位置允许的开头过多。请减少可选项或嵌套层数。",
)

MOST_BEGINNINGS = 1000  # what may come next at one place
MOST_DEPTH = 500  # of rules that begin with one another
MOST_CALLS = 1_000_000  # what llama.cpp's search for left recursion may take


@dataclass(frozen=True, slots=True)
class _Edge:
    """A rule that may stand first in what another produces."""

    rule: int
    leads: bool  # nothing stands before it
    trails: bool  # nothing stands behind it


@dataclass(slots=True)
class _Beginning:
    """What following a rule's beginning comes to."""

    beginnings: int = 0
    depth: int = 1
    calls: int = 1


def check_recursion(productions: Productions) -> None:
    """Raises: BadRequest."""
    edges = _first_rules(productions, _nullable(productions))
    _check_circles(edges)
    found: dict[int, _Beginning] = {}
    calls = 0
    for circle in _circles([[edge.rule for edge in each] for each in edges]):
        measured = _Beginning()
        for rule in circle:
            measured.beginnings += len(productions.rules[rule])
            for child in (found[edge.rule] for edge in edges[rule] if edge.rule in found):
                measured.beginnings += child.beginnings
                measured.depth = max(measured.depth, child.depth + 1)
                measured.calls += child.calls
        found.update(dict.fromkeys(circle, measured))
        calls += measured.calls
        if measured.beginnings > MOST_BEGINNINGS or measured.depth > MOST_DEPTH:
            raise BadRequest(TOO_WIDE, field="grammar")
        if calls > MOST_CALLS:
            raise BadRequest(TOO_WIDE, field="grammar")


def _check_circles(edges: list[list[_Edge]]) -> None:
    """A circle is harmless where it leads back to the very same place, as in `(a?)*`."""
    leading = [[edge.rule for edge in each if edge.leads] for each in edges]
    for circle in _circles(leading):
        if len(circle) > 1 or circle[0] in leading[circle[0]]:
            raise BadRequest(LEFT_RECURSIVE, field="grammar")
    for circle in _circles([[edge.rule for edge in each] for each in edges]):
        members = set(circle)
        if any(edge.rule in members and not edge.trails for rule in circle for edge in edges[rule]):
            raise BadRequest(LEFT_RECURSIVE, field="grammar")


def _nullable(productions: Productions) -> set[int]:
    """The rules that may produce nothing."""
    users: dict[int, set[int]] = defaultdict(set)
    for rule, alternates in enumerate(productions.rules):
        for each in (element for alternate in alternates for element in alternate):
            if isinstance(each, Ref):
                users[each.rule].add(rule)
    nullable: set[int] = set()
    todo = dict.fromkeys(range(len(productions.rules)))  # each once, in order
    while todo:
        del todo[rule := next(iter(todo))]
        if rule not in nullable and any(
            all(isinstance(each, Ref) and each.rule in nullable for each in alternate)
            for alternate in productions.rules[rule]
        ):
            nullable.add(rule)
            todo.update(dict.fromkeys(users[rule]))
    return nullable


def _first_rules(productions: Productions, nullable: set[int]) -> list[list[_Edge]]:
    """For each rule those that may stand first in what it produces, as often as they do."""
    edges: list[list[_Edge]] = []
    for alternates in productions.rules:
        first = []
        for alternate in alternates:
            for place, each in enumerate(alternate):
                if not isinstance(each, Ref):
                    break
                first.append(_Edge(each.rule, place == 0, place == len(alternate) - 1))
                if each.rule not in nullable:
                    break
        edges.append(first)
    return edges


def _circles(edges: list[list[int]]) -> list[list[int]]:
    """The rules that lead to one another, each with itself at least; after what they lead to.

    Source: Tarjan, "Depth-first search and linear graph algorithms", 1972, without recursion.
    """
    found: list[list[int]] = []
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    waiting: set[int] = set()
    for start in range(len(edges)):
        path = [] if start in index else [(start, iter(edges[start]))]
        while path:
            rule, children = path[-1]
            if rule not in index:
                index[rule] = low[rule] = len(index)
                stack.append(rule)
                waiting.add(rule)
            child = next((each for each in children if each not in index or each in waiting), None)
            if child is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[rule])
                if low[rule] == index[rule]:
                    found.append([stack.pop()])
                    while found[-1][-1] != rule:
                        found[-1].append(stack.pop())
                    waiting.difference_update(found[-1])
            elif child in index:
                low[rule] = min(low[rule], index[child])
            else:
                path.append((child, iter(edges[child])))
    return found
