"""What tool calls look like in a format: a JSON object for each, in a frame of markers."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.chat.schema.gbnf import Rules, either, literal, sequence
from app.chat.schema.json_text import shared


@dataclass(frozen=True, slots=True)
class Function:
    """A tool, with the rule for its arguments."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Frame:
    """`begin` and `end` stand around a call.

    `told`: other things may have this frame, too, so only a tool's name tells that it is a call.
    A frame without `begin` is one only at the start of an answer.
    """

    begin: str
    end: str = ""
    told: bool = False


@dataclass(frozen=True, slots=True)
class Markup:
    """The format's own frame, and others that its models are known to use instead.

    `key`: the name of the arguments. `listed`: one frame around a list of all calls. `with_id`:
    models write an id of their own behind the arguments.
    """

    frame: Frame
    others: tuple[Frame, ...] = ()
    key: str = "arguments"
    listed: bool = False
    with_id: bool = False

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All of them."""
        return (self.frame, *self.others)

    def grammar(self, rules: Rules, functions: Sequence[Function], several: bool) -> str:
        """The rule for one call or `several`, in the format's own frame."""
        ws = shared(rules, "ws")
        call = self._call(rules, functions)
        more = "*" if several else ""
        if self.listed:
            following = f'({ws} "," {ws} {call}){more}' if several else ""
            inside = sequence('"["', ws, call, following, ws, '"]"')
            return _framed(rules, self.frame, inside)
        one = rules.define("framed", _framed(rules, self.frame, call))
        return sequence(one, f"({ws} {one}){more}" if several else "")

    def free_grammar(self, rules: Rules, functions: Sequence[Function], several: bool) -> str:
        """The same, or one call in another frame."""
        call = self._call(rules, functions)
        own = rules.define("own", self.grammar(rules, functions, several))
        return either([own, *(_framed(rules, each, call) for each in self.others)])

    def triggers(self, names: Sequence[str]) -> tuple[str, ...]:
        """Patterns at which the grammar begins to bind, where what follows fits it."""
        name = "|".join(re.escape(json.dumps(each, ensure_ascii=False)) for each in names)
        call = rf'\{{\s*"name"\s*:\s*(?:{name})\s*,\s*"{self.key}"'
        found = []
        for frame in self.frames:
            begin = re.escape(frame.begin)
            start = "" if begin else r"(?:^|</think>)\s*"
            found.append(rf"{start}({begin}\s*{call})" if frame.told else f"({begin})")
        return tuple(found)

    def _call(self, rules: Rules, functions: Sequence[Function]) -> str:
        return rules.define("call", either(self._call_of(rules, each) for each in functions))

    def _call_of(self, rules: Rules, function: Function) -> str:
        ws = shared(rules, "ws")
        name = literal(json.dumps(function.name, ensure_ascii=False))
        own_id = f'("," {ws} "\\"id\\":" {ws} "\\"" [a-zA-Z0-9]{{9}} "\\"" {ws})?'
        return sequence(
            f'"{{" {ws} "\\"name\\":" {ws} {name} {ws} "," {ws}',
            literal(f'"{self.key}":'),
            f"{ws} {function.arguments} {ws}",
            own_id if self.with_id else "",
            '"}"',
        )


def _framed(rules: Rules, frame: Frame, inside: str) -> str:
    ws = shared(rules, "ws")
    begin = f"{literal(frame.begin)} {ws}" if frame.begin else ""
    return sequence(begin, inside, f"{ws} {literal(frame.end)}" if frame.end else "")
