"""The formats of strings that a grammar can say exactly. Source: RFC 3339, 5.6; RFC 9562, 4."""

from __future__ import annotations

from app.chat.schema.gbnf import Rules

RULES = {
    # Years of four digits as people mean them; which of them are leap years is exact.
    "leap-year": '[12] [0-9] ("0" [48] | [2468] [048] | [13579] [26]) '
    '| ("1" [26] | "2" [048]) "00"',
    "month-day": '("0" [13578] | "1" [02]) "-" ("0" [1-9] | [12] [0-9] | "3" [01]) '
    '| ("0" [469] | "11") "-" ("0" [1-9] | [12] [0-9] | "30") '
    '| "02-" ("0" [1-9] | "1" [0-9] | "2" [0-8])',
    "date": '[12] [0-9]{3} "-" month-day | leap-year "-02-29"',
    "minute": '([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9]',
    "time": 'minute ":" [0-5] [0-9] ("." [0-9]{1,6})? ("Z" | [-+] minute)',
    "date-time": 'date "T" time',
    "uuid": 'hex{8} "-" hex{4} "-" hex{4} "-" hex{4} "-" hex{12}',
    "hex": "[0-9a-fA-F]",
}
NEEDS = {
    "date": ("month-day", "leap-year"),
    "time": ("minute",),
    "date-time": ("date", "time"),
    "uuid": ("hex",),
}
KNOWN = ("date", "time", "date-time", "uuid")


def formatted(rules: Rules, name: str) -> str:
    """The name of the rule for the inside of such a string."""
    if name not in rules:
        rules.set(name, RULES[name])
        for needed in NEEDS.get(name, ()):
            formatted(rules, needed)
    return name
