"""JSON itself as grammar: white space, strings, numbers, and values of any kind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from app.chat.schema.gbnf import LAST, Range, Rules, either, literal, one_of, sequence

# White space is bounded: small models would write nothing else for the rest of their answer.
SHARED = {
    "ws": '(" " | "\\n" [ \\t]{0,20})?',
    "hex": "[0-9a-fA-F]",
    # A character: plain, escaped by letter, by number, or by the two numbers of a surrogate pair.
    "char": '[^"\\\\\\x00-\\x1F] | "\\\\" ["\\\\/bfnrt] | "\\\\u" ('
    "[0-9a-cefA-CEF] hex{3} | [dD] [0-7] hex{2} | "
    '[dD] [89abAB] hex{2} "\\\\u" [dD] [c-fC-F] hex{2})',
    "string": '"\\"" char* "\\""',
    "integer": '"-"? ("0" | [1-9] [0-9]{0,15})',
    "number": 'integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,2})?',
    "boolean": '"true" | "false"',
    "null": '"null"',
    "object": '"{" ws (pair ("," ws pair)*)? "}"',
    "pair": 'string ":" ws value ws',
    "array": '"[" ws (item ("," ws item)*)? "]"',
    "item": "value ws",
    "value": "object | array | string | number | boolean | null",
}
NEEDS = {
    "char": ("hex",),
    "string": ("char",),
    "number": ("integer",),
    "object": ("pair", "ws"),
    "pair": ("string", "value", "ws"),
    "array": ("item", "ws"),
    "item": ("value", "ws"),
    "value": ("object", "array", "string", "number", "boolean", "null"),
}
ESCAPES = {'"': '"', "\\": "\\", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
PLAIN: Sequence[Range] = ((0x20, 0x21), (0x23, 0x5B), (0x5D, LAST))


def shared(rules: Rules, name: str) -> str:
    """The name of one of the rules above, which is now in the grammar."""
    if name not in rules:
        rules.set(name, SHARED[name])
        for needed in NEEDS.get(name, ()):
            shared(rules, needed)
    return name


def constant(rules: Rules, value: Any) -> str:
    """Exactly this value; white space as in any JSON."""
    ws = shared(rules, "ws")
    if isinstance(value, dict):
        parts = [
            sequence(literal(json.dumps(key, ensure_ascii=False) + ":"), ws, constant(rules, each))
            for key, each in value.items()
        ]
        return _enclosed("{", parts, "}", ws)
    if isinstance(value, list):
        return _enclosed("[", [constant(rules, each) for each in value], "]", ws)
    return literal(json.dumps(value, ensure_ascii=False))


def characters(ranges: Iterable[Range]) -> str:
    """One character out of these ranges as a JSON string holds it: escaped where it must be."""
    wanted = list(ranges)
    plain = [part for each in wanted for part in _cut(each, PLAIN)]
    escaped = [
        literal(json.dumps(chr(point))[1:-1])
        for point in (*range(0x20), 0x22, 0x5C)
        if any(low <= point <= high for low, high in wanted)
    ]
    return either([one_of(plain), *escaped] if plain else escaped)


def key_other_than(rules: Rules, names: Iterable[str]) -> str:
    """Any key but these. Each character has one spelling here, so that none comes in disguise."""
    return sequence(literal('"'), _other(rules, sorted(set(names)), 0))


def _other(rules: Rules, names: list[str], at: int) -> str:
    """The rest of a key, with its end, where its first `at` characters are those of all `names`."""
    any_char = rules.define("key-char", characters([(0, LAST)]))
    if not names:
        return sequence(f"{any_char}*", literal('"'))
    taken = any(len(name) == at for name in names)
    longer = [name for name in names if len(name) > at]
    nexts = sorted({name[at] for name in longer})
    branches = [] if taken else [literal('"')]
    for char in nexts:
        rest = _other(rules, [name for name in longer if name[at] == char], at + 1)
        branches.append(sequence(characters([(ord(char), ord(char))]), rest))
    free = characters(without(nexts))
    branches.append(sequence(free, f"{any_char}*", literal('"')))
    return rules.define("key", " | ".join(branches))


def without(chars: Iterable[str]) -> list[Range]:
    """All characters but these."""
    return complement([(ord(char), ord(char)) for char in chars])


def complement(ranges: Iterable[Range]) -> list[Range]:
    """The characters that are in none of these ranges."""
    free, start = [], 0
    for low, high in sorted(ranges):
        if low > start:
            free.append((start, low - 1))
        start = max(start, high + 1)
    return [*free, (start, LAST)] if start <= LAST else free


def _cut(wanted: Range, allowed: Sequence[Range]) -> list[Range]:
    both = [(max(wanted[0], low), min(wanted[1], high)) for low, high in allowed]
    return [(low, high) for low, high in both if low <= high]


def _enclosed(begin: str, parts: list[str], end: str, ws: str) -> str:
    between = sequence(ws, literal(","), ws)
    inside = f" {between} ".join(parts)
    return sequence(literal(begin), ws, inside, ws if parts else "", literal(end))
