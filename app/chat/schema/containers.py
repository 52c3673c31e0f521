"""What is inside an object, in order, each property there or not; and inside an array."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.chat.schema.gbnf import Rules, literal, sequence
from app.chat.schema.json_text import shared


@dataclass(frozen=True, slots=True)
class Property:
    """A named property; `value`: the rule for its value."""

    name: str
    value: str
    required: bool


def members(
    rules: Rules, properties: Sequence[Property], extra: str, some: bool, most: int | None
) -> str:
    """An object. `extra`: a property without a name, with its white space; `some`: not empty.

    `most`: how many there may be, where all are extra.
    """
    ws = shared(rules, "ws")
    pair = rules.define("pair", extra) if extra else ""
    if not properties:
        return _of_extras(rules, pair, some, most)
    following = rules.define("more", f'"," {ws} {pair}') if pair else ""
    # From the last to the first: what may follow once something, or nothing, is written.
    after = f"{following}*" if pair else ""
    first: str | None = sequence(pair, f"{following}*") if pair else None
    empty = not some  # whether nothing at all may follow `{`
    for each in reversed(properties):
        key = literal(json.dumps(each.name, ensure_ascii=False) + ":")
        here = sequence(key, ws, each.value, ws, after)
        if each.required:
            first, empty = here, False
            after = rules.define("rest", sequence('","', ws, here))
        else:
            first = f"{here} | {first}" if first else here
            first = rules.define("first", first)
            after = rules.define(
                "rest",
                sequence(f'("," {ws} {here})?') if not after else f'"," {ws} {here} | {after}',
            )
    inside = f"({first})?" if empty else f"({first})"
    return sequence('"{"', ws, inside, '"}"')


def _of_extras(rules: Rules, pair: str, some: bool, most: int | None) -> str:
    ws = shared(rules, "ws")
    if not pair or most == 0:
        return sequence('"{"', ws, '"}"')
    following = rules.define("more", f'"," {ws} {pair}')
    inside = sequence(pair, rules.repeated(following, 0, None if most is None else most - 1))
    return sequence('"{"', ws, inside if some else f"({inside})?", '"}"')


def items(rules: Rules, prefix: Sequence[str], rest: str, least: int, most: int | None) -> str:
    """An array: each rule of `prefix` for one item, in order, then items of the rule `rest`."""
    ws = shared(rules, "ws")
    following = rules.define("next", f'"," {ws} {rest} {ws}') if rest else ""
    count = len(prefix)
    if count:
        more = None if most is None else max(0, most - count)
        inside = rules.repeated(following, max(0, least - count), more) if rest else ""
    elif rest and most != 0:
        more = None if most is None else most - 1
        inside = sequence(rest, ws, rules.repeated(following, max(0, least - 1), more))
        inside = inside if least else f"({inside})?"
    else:
        inside = ""
    for index in reversed(range(count)):
        comma = sequence('","', ws) if index else ""
        inside = sequence(comma, prefix[index], ws, inside)
        inside = inside if index < least else f"({inside})?"
    return sequence('"["', ws, inside, '"]"')
