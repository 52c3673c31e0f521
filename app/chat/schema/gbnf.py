"""GBNF, the grammars that llama.cpp's sampler reads, in pieces.

An expression is a string. One that is an atom (a rule's name, a literal, a class) may be repeated.
Source: llama.cpp, grammars/README.md; src/llama-grammar.cpp.
"""

from __future__ import annotations

from collections.abc import Iterable

MOST = 1000  # llama.cpp repeats nothing more often than 2,000 times
NAMED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
LAST = 0x10FFFF
NOTHING = f"[^\\x00-\\U{LAST:08X}]"

Range = tuple[int, int]  # code points, both ends included


def literal(text: str) -> str:
    """Exactly this text."""
    return '"' + "".join(_quoted(char) for char in text) + '"'


def one_of(ranges: Iterable[Range]) -> str:
    """One character out of these ranges."""
    return "[" + "".join(_range(low, high) for low, high in ranges) + "]"


def either(expressions: Iterable[str]) -> str:
    """One of these, as an atom."""
    found = list(dict.fromkeys(expressions))
    return found[0] if len(found) == 1 and " " not in found[0] else f"({' | '.join(found)})"


def sequence(*expressions: str) -> str:
    """One after the other; empty ones are nothing."""
    return " ".join(filter(None, expressions))


class Rules:
    """A grammar in the making. A body that is already there is not written twice."""

    def __init__(self) -> None:
        self._bodies: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._some: dict[tuple[str, int], str] = {}

    def __len__(self) -> int:
        return len(self._bodies)

    def define(self, hint: str, body: str) -> str:
        """The name of a rule with this body."""
        if body not in self._names:
            self._names[body] = self.reserve(hint)
            self._bodies[self._names[body]] = body
        return self._names[body]

    def reserve(self, hint: str) -> str:
        """A name whose body is `set` later, because it will refer to itself."""
        name = f"{hint}-{len(self._bodies)}"
        self._bodies[name] = NOTHING
        return name

    def set(self, name: str, body: str) -> None:
        """Give a reserved name its body, or a shared rule its fixed name."""
        self._bodies[name] = body

    def __contains__(self, name: str) -> bool:
        return name in self._bodies

    def text(self, root: str) -> str:
        """The whole grammar; `root` is what a text must be."""
        rules = {"root": root, **self._bodies}
        return "".join(f"{name} ::= {body}\n" for name, body in rules.items())

    def repeated(self, atom: str, low: int, high: int | None) -> str:
        """An atom that matches no empty text, `low` to `high` times; None: without an end."""
        more = f"{atom}*" if high is None else self._up_to(atom, high - low)
        return sequence(self._exactly(atom, low), more)

    def _exactly(self, atom: str, count: int) -> str:
        if count <= MOST:
            return f"{atom}{{{count}}}" if count else ""
        many = self.define("many", f"{atom}{{{MOST}}}")
        return sequence(self._exactly(many, count // MOST), self._exactly(atom, count % MOST))

    def _up_to(self, atom: str, count: int) -> str:
        if count <= MOST:
            return f"{atom}{{0,{count}}}" if count else ""
        # The upper half and the lower: a name for each size, so the grammar grows as a logarithm.
        if (atom, count) not in self._some:
            half = count // 2 + 1
            upper = sequence(self._exactly(atom, half), self._up_to(atom, count - half))
            body = f"{upper} | {self._up_to(atom, half - 1)}"
            self._some[atom, count] = self.define("some", body)
        return self._some[atom, count]


def _quoted(char: str) -> str:
    return NAMED.get(char) or (char if char.isprintable() else _code(ord(char)))


def _range(low: int, high: int) -> str:
    return _class(low) if low == high else f"{_class(low)}-{_class(high)}"


def _class(point: int) -> str:
    char = chr(point)
    return char if char.isascii() and char.isalnum() else _code(point)


def _code(point: int) -> str:
    if point < 0x100:
        return f"\\x{point:02X}"
    return f"\\u{point:04X}" if point < 0x10000 else f"\\U{point:08X}"
