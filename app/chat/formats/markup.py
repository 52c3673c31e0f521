"""What tool calls look like in a format: a JSON object for each, between markers."""

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
class Markup:
    """`begin` and `end` stand around a call, or around a list of calls where `listed`.

    `bare`: an answer that starts with `{` is a call even without `begin`. `key`: the name of the
    arguments. `with_id`: models write an id of their own behind them.
    """

    begin: str
    end: str = ""
    key: str = "arguments"
    listed: bool = False
    bare: bool = False
    with_id: bool = False

    def grammar(self, rules: Rules, functions: Sequence[Function], several: bool) -> str:
        """The rule for one call or `several`."""
        ws = shared(rules, "ws")
        call = rules.define("call", either(self._call(rules, each) for each in functions))
        more = "*" if several else ""
        begin, end = literal(self.begin), literal(self.end) if self.end else ""
        if self.listed:
            following = f'({ws} "," {ws} {call}){more}' if several else ""
            return sequence(begin, ws, '"["', ws, call, following, ws, '"]"')
        one = sequence(
            f"({begin})?" if self.bare else begin, ws, call, sequence(ws, end) if end else ""
        )
        return sequence(one, f"({ws} {one}){more}" if several and end else "")

    def triggers(self) -> tuple[str, ...]:
        """Patterns at which the grammar begins to bind, where what follows fits it."""
        begin = f"({re.escape(self.begin)})"
        # An answer may be JSON without being a call: wait until it has a name.
        return (begin, r'^\s*(\{\s*"name"\s*:)') if self.bare else (begin,)

    def _call(self, rules: Rules, function: Function) -> str:
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
