"""Refuses grammars whose beginnings llama.cpp would follow for ever, too deep or too wide. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from app.engine.productions import Productions, Ref
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


@dataclass(slots=True)
class _Beginning:
    """What following a rule's beginning comes to."""

    beginnings: int = 0
    depth: int = 1
    calls: int = 1


def check_recursion(productions: Productions) -> None:
    """Raises: BadRequest."""
    edges = _first_rules(productions, _nullable(productions))
    found: dict[int, _Beginning] = {}
    for rule in _children_first(edges):
        found[rule] = measured = _Beginning(beginnings=len(productions.rules[rule]))
        for child in edges[rule]:
            measured.beginnings += found[child].beginnings
            measured.depth = max(measured.depth, found[child].depth + 1)
            measured.calls += found[child].calls
        if measured.beginnings > MOST_BEGINNINGS or measured.depth > MOST_DEPTH:
            raise BadRequest(TOO_WIDE, field="grammar")
    if sum(each.calls for each in found.values()) > MOST_CALLS:
        raise BadRequest(TOO_WIDE, field="grammar")


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


def _first_rules(productions: Productions, nullable: set[int]) -> list[list[int]]:
    """For each rule those that may stand first in what it produces, as often as they do."""
    edges: list[list[int]] = []
    for alternates in productions.rules:
        first = []
        for alternate in alternates:
            for each in alternate:
                if not isinstance(each, Ref):
                    break
                first.append(each.rule)
                if each.rule not in nullable:
                    break
        edges.append(first)
    return edges


def _children_first(edges: list[list[int]]) -> list[int]:
    """Every rule after those that it may begin with. Raises: BadRequest where there is a circle."""
    order: list[int] = []
    done, open_ = set[int](), set[int]()
    for start in range(len(edges)):
        path = [(start, iter(edges[start]))] if start not in done else []
        open_.update(rule for rule, _ in path)
        while path:
            rule, children = path[-1]
            child = next((each for each in children if each not in done), None)
            if child is None:
                path.pop()
                open_.discard(rule)
                done.add(rule)
                order.append(rule)
            elif child in open_:
                raise BadRequest(LEFT_RECURSIVE, field="grammar")
            else:
                open_.add(child)
                path.append((child, iter(edges[child])))
    return order
