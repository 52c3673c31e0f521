"""Reads GBNF, llama.cpp's notation for grammars, and refuses what would make it crash or hang.

llama.cpp parses by recursion, expands repetitions by copying, follows left recursion for ever, and
keeps every way in which a grammar can explain a text: with a hostile grammar each of these takes
the whole process. Pure. Source: llama.cpp, grammars/README.md and src/llama-grammar.cpp.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from app.engine.grammar.ambiguity import check_ambiguity
from app.engine.grammar.productions import Characters, Element, Productions, Ref, TokenElement
from app.engine.grammar.recursion import check_recursion
from app.engine.request import Grammar
from app.errors import BadRequest
from app.language import Text

EXPECTED = Text(
    "grammar, line {line}: {what} is expected.", "grammar 第 {line} 行：此处应为{what}。"
)
UNDEFINED = Text("grammar: there is no rule {name}.", "grammar：没有规则 {name}。")
TOO_LARGE = Text(
    "grammar, line {line}: the grammar is too large or too deeply nested.",
    "grammar 第 {line} 行：文法过大或嵌套过深。",
)
BAD_TRIGGER = Text(
    "A trigger of the grammar is no regular expression: {reason}",
    "文法的触发式不是有效的正则表达式：{reason}",
)
NO_TRIGGER = Text("A lazy grammar needs a trigger.", "延迟生效的文法需要触发式。")

MOST_CHARACTERS = 300_000
MOST_ELEMENTS = 100_000
MOST_NESTING = 64
MOST_REPEATS = 2000  # llama.cpp's own MAX_REPETITION_THRESHOLD

NAME = re.compile(r"[A-Za-z0-9-]+")
SPACE = re.compile(r"(?:[ \t]|#[^\r\n]*)*")
SPACE_AND_LINES = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")
ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
PLAIN_ESCAPES = {"t": "\t", "r": "\r", "n": "\n", **{each: each for each in '\\"[]-'}}
REPEATS = re.compile(r"\{[ \t]*(\d{1,9})[ \t]*(?:(,)[ \t]*(\d{1,9})?[ \t]*)?\}")
TOKEN = re.compile(r"!?<(?:\[\d{1,9}\]|[^\[\]>\x00][^>\x00]*)>")


@lru_cache(64)
def check_grammar(grammar: Grammar) -> None:
    """Raises: BadRequest for a grammar, or a trigger, that cannot be used."""
    productions = read(grammar.text, grammar.root)
    check_recursion(productions)
    check_ambiguity(productions)
    if grammar.lazy and not (grammar.trigger_patterns or grammar.trigger_tokens):
        raise BadRequest(NO_TRIGGER, field="grammar")
    for pattern in grammar.trigger_patterns:
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            raise BadRequest(BAD_TRIGGER.filled(reason=error), field="grammar") from error


def read(text: str, root: str = "root") -> Productions:
    """A grammar's rules. Raises: BadRequest."""
    reader = _Reader(text)
    return reader.read(root)


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0
    numbers: dict[str, int] = field(default_factory=dict)
    rules: dict[int, list[tuple[Element, ...]]] = field(default_factory=dict)
    elements: int = 0

    def read(self, root: str) -> Productions:
        if len(self.text) > MOST_CHARACTERS:
            raise self._too_large()
        if "\0" in self.text or not _encodable(self.text):
            raise self._expected("text", "文字")
        self._skip(True)
        while self.at < len(self.text):
            self._rule()
        for name, number in self.numbers.items():
            if number not in self.rules:
                raise BadRequest(UNDEFINED.filled(name=name), field="grammar")
        if root not in self.numbers:
            raise BadRequest(UNDEFINED.filled(name=root), field="grammar")
        rules = tuple(tuple(self.rules[number]) for number in range(len(self.numbers)))
        return Productions(rules, self.numbers[root])

    def _rule(self) -> None:
        number = self._number(self._name())
        self._skip(False)
        self._take("::=")
        self._skip(True)
        self.rules[number] = self._alternates(nesting=0)
        if self.at < len(self.text) and self.text[self.at] not in "\r\n":
            raise self._expected("the end of the line", "行尾")
        self._skip(True)

    def _alternates(self, nesting: int) -> list[tuple[Element, ...]]:
        if nesting > MOST_NESTING:
            raise self._too_large()
        alternates = [self._sequence(nesting)]
        while self._next("|"):
            self._skip(True)
            alternates.append(self._sequence(nesting))
        return alternates

    def _sequence(self, nesting: int) -> tuple[Element, ...]:
        sequence: list[Element] = []
        last: list[Element] = []  # what a repetition behind it repeats
        rules = 1  # how many rules llama.cpp counts that as
        while self.at < len(self.text):
            symbol = self.text[self.at]
            named = len(self.numbers)
            if symbol in "*+?{":
                least, most = self._repeats()
                rules = self._multiplied(rules, most or least or 1)
                del sequence[len(sequence) - len(last) :]
                last = self._repeated(last, least, most)
            elif item := self._item(symbol, nesting):
                last, rules = item, len(self.numbers) - named if symbol == "(" else 1
            elif symbol in '"[':  # an empty literal
                last = []
            else:
                break
            sequence += last
            self._count(len(last))
            self._skip(nesting > 0)
        return tuple(sequence)

    def _item(self, symbol: str, nesting: int) -> list[Element]:
        readers: dict[str, Callable[[], list[Element]]] = {
            '"': self._literal,
            "[": self._class,
            ".": self._any,
            "<": self._token,
            "!": self._token,
            "(": lambda: self._group(nesting),
        }
        if symbol in readers:
            return readers[symbol]()
        if NAME.match(symbol):
            return [Ref(self._number(self._name()))]
        return []

    def _literal(self) -> list[Element]:
        self.at += 1
        found: list[Element] = []
        while not self._next('"'):
            code = self._character()
            found.append(Characters(((code, code),)))
        return found

    def _class(self) -> list[Element]:
        self.at += 1
        negated = self._next("^")
        ranges = []
        while not self._next("]"):
            first = last = self._character()
            if (
                self.text[self.at : self.at + 1] == "-"
                and self.text[self.at + 1 : self.at + 2] != "]"
            ):
                self.at += 1
                last = self._character()
            ranges.append((first, last))
        return [Characters(tuple(ranges), negated)] if ranges else []

    def _any(self) -> list[Element]:
        self.at += 1
        return [Characters((), negated=True)]

    def _token(self) -> list[Element]:
        found = TOKEN.match(self.text, self.at)
        if not found:
            raise self._expected(
                "a token as <name> or <[number]>", "形如 <名称> 或 <[编号]> 的词元"
            )
        self.at = found.end()
        return [TokenElement(found[0])]

    def _group(self, nesting: int) -> list[Element]:
        self.at += 1
        self._skip(True)
        number = self._new_rule([])
        self.rules[number] = self._alternates(nesting + 1)
        self._take(")")
        return [Ref(number)]

    def _repeats(self) -> tuple[int, int | None]:
        symbol = self.text[self.at]
        if symbol != "{":
            self.at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[symbol]
        found = REPEATS.match(self.text, self.at)
        if not found:
            raise self._expected("{number} or {least,most}", "{次数} 或 {最少,最多}")
        least = int(found[1])
        most = least if not found[2] else int(found[3]) if found[3] else None
        if least > MOST_REPEATS or (most is not None and most < least):
            raise self._too_often()
        self.at = found.end()
        return least, None if most is not None and most > MOST_REPEATS else most

    def _multiplied(self, rules: int, times: int) -> int:
        if rules * times > MOST_REPEATS:
            raise self._too_often()
        return rules * times

    def _repeated(self, item: list[Element], least: int, most: int | None) -> list[Element]:
        """S{m,n} as llama.cpp writes it: S m times, then n - m nested rules `S rest | nothing`."""
        if not item:
            raise self._expected("something to repeat", "可重复的内容")
        optional = 1 if most is None else most - least
        self._count(len(item) * (least + optional))
        tail: list[Element] = []
        for _ in range(optional):
            number = self._new_rule([()])
            rest: list[Element] = [Ref(number)] if most is None else tail
            self.rules[number] = [(*item, *rest), ()]
            tail = [Ref(number)]
        return item * least + tail

    def _character(self) -> int:
        if self.at >= len(self.text):
            raise self._expected('a closing " or ]', '结尾的 " 或 ]')
        if self.text[self.at] != "\\":
            self.at += 1
            return ord(self.text[self.at - 1])
        found = ESCAPE.match(self.text, self.at)
        if not found or (found[4] and found[4] not in PLAIN_ESCAPES):
            raise self._expected(
                r"\" \\ \[ \] \- \n \r \t \x \u or \U", r"转义字符（\" \\ \n \x \u 等）"
            )
        self.at = found.end()
        if found[4]:
            return ord(PLAIN_ESCAPES[found[4]])
        return int(found[1] or found[2] or found[3], 16)

    def _name(self) -> str:
        found = NAME.match(self.text, self.at)
        if not found:
            raise self._expected("the name of a rule", "规则名")
        self.at = found.end()
        return found[0]

    def _number(self, name: str) -> int:
        return self.numbers.setdefault(name, len(self.numbers))

    def _new_rule(self, alternates: list[tuple[Element, ...]]) -> int:
        number = self._number(f"({len(self.numbers)})")  # no name that a grammar can write
        self.rules[number] = alternates
        return number

    def _next(self, wanted: str) -> bool:
        if self.text.startswith(wanted, self.at):
            self.at += len(wanted)
            return True
        return False

    def _take(self, wanted: str) -> None:
        if not self._next(wanted):
            raise self._expected(wanted, f" {wanted}")

    def _skip(self, lines: bool) -> None:
        found = (SPACE_AND_LINES if lines else SPACE).match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _count(self, elements: int) -> None:
        self.elements += elements
        if self.elements > MOST_ELEMENTS:
            raise self._too_large()

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def _expected(self, en: str, zh: str) -> BadRequest:
        what = EXPECTED.filled(line=self._line(), what="{what}")
        return BadRequest(
            Text(what.en.replace("{what}", en), what.zh.replace("{what}", zh)), "grammar"
        )

    def _too_often(self) -> BadRequest:
        return self._expected(
            f"a number of repetitions up to {MOST_REPEATS} in all, the least first",
            f"总计不超过 {MOST_REPEATS} 的重复次数，且先小后大",
        )

    def _too_large(self) -> BadRequest:
        return BadRequest(TOO_LARGE.filled(line=self._line()), field="grammar")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
