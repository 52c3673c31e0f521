"""Schemas for Hypothesis, each with a value that fits it."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

Pair = tuple[Any, Any]  # a schema, and a value

WORDS = st.text(st.characters(exclude_categories=("Cs",), max_codepoint=0x1F600), max_size=8)
KEYS = st.text('abcé "\\\n', min_size=1, max_size=4)
NUMBERS = st.integers(-1000, 1000) | st.decimals(-999, 999, places=2).map(float)
SCALARS = st.none() | st.booleans() | st.integers(-99, 99) | WORDS
PATTERNS = ("^[a-z]{2,4}$", r"^\d{3}-\d{4}$", "^(a|bc)+$", r"^[^\"x]*$", "b+c?", r"^\w+@\w+\.com$")


@st.composite
def strings(draw: st.DrawFn) -> Pair:
    value = draw(WORDS)
    schema: dict[str, Any] = {"type": "string"}
    if draw(st.booleans()):
        schema["minLength"] = draw(st.integers(0, len(value)))
    if draw(st.booleans()):
        schema["maxLength"] = draw(st.integers(len(value), 12))
    return schema, value


@st.composite
def patterned(draw: st.DrawFn) -> Pair:
    pattern = draw(st.sampled_from(PATTERNS))
    # Python's $ also fits in front of a last line's end.
    whole = re.compile(pattern.replace("$", r"\Z"), re.ASCII)
    plain = st.characters(max_codepoint=0x7E, exclude_characters="\n\r")
    value = draw(st.from_regex(whole, alphabet=plain))
    schema: dict[str, Any] = {"type": "string", "pattern": pattern}
    if draw(st.booleans()):
        schema["minLength"] = draw(st.integers(0, len(value)))
    if len(value) < 40 and draw(st.booleans()):
        schema["maxLength"] = draw(st.integers(len(value), 50))
    return schema, value


@st.composite
def integers(draw: st.DrawFn) -> Pair:
    value = draw(st.integers(-10_000, 10_000))
    schema: dict[str, Any] = {"type": "integer"}
    below, above = draw(st.integers(0, 500)), draw(st.integers(0, 500))
    low, high = (
        draw(st.sampled_from(["", "minimum", "exclusiveMinimum"])),
        draw(st.sampled_from(["", "maximum", "exclusiveMaximum"])),
    )
    if low:
        schema[low] = value - below - (low != "minimum")
    if high:
        schema[high] = value + above + (high != "maximum")
    return schema, value


@st.composite
def numbers(draw: st.DrawFn) -> Pair:
    value, one, other = draw(NUMBERS), draw(NUMBERS), draw(NUMBERS)
    schema: dict[str, Any] = {"type": "number"}
    low, high = min(one, other, value), max(one, other, value)
    if draw(st.booleans()):
        schema["exclusiveMinimum" if low < value else "minimum"] = low
    if draw(st.booleans()):
        schema["exclusiveMaximum" if high > value else "maximum"] = high
    return schema, value


@st.composite
def values(draw: st.DrawFn) -> Pair:
    found = draw(st.lists(SCALARS, min_size=1, max_size=4))
    return {"enum": found}, draw(st.sampled_from(found))


def arrays(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    @st.composite
    def array(draw: st.DrawFn) -> Pair:
        prefix = draw(st.lists(inner, max_size=2))
        rest, value = draw(inner)
        count = draw(st.integers(0, 3))
        schema: dict[str, Any] = {"type": "array", "items": rest}
        found = [each for _, each in prefix] + [value] * count
        if prefix:
            schema["prefixItems"] = [each for each, _ in prefix]
        if draw(st.booleans()):
            schema["minItems"] = draw(st.integers(0, len(found)))
        elif draw(st.booleans()):
            schema["maxItems"] = draw(st.integers(len(found), 9))
        return schema, found

    return array()


def objects(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    @st.composite
    def object_(draw: st.DrawFn) -> Pair:
        named = draw(st.dictionaries(KEYS, inner, max_size=4))
        there = {name for name in named if draw(st.booleans())}
        found = {name: value for name, (_, value) in named.items() if name in there}
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {name: each for name, (each, _) in named.items()},
            "required": [name for name in there if draw(st.booleans())],
        }
        if draw(st.booleans()):
            extra, value = draw(inner)
            schema["additionalProperties"] = extra
            more = draw(st.lists(KEYS.filter(lambda key: key not in named), max_size=2))
            found |= dict.fromkeys(more, value)
        return schema, found

    return object_()


def either(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    @st.composite
    def any_of(draw: st.DrawFn) -> Pair:
        branches = draw(st.lists(inner, min_size=1, max_size=3))
        _, value = draw(st.sampled_from(branches))
        return {"anyOf": [each for each, _ in branches]}, value

    return any_of()


def referred(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    return inner.map(lambda pair: ({"allOf": [pair[0], {"description": "the same"}]}, pair[1]))


SCHEMAS: st.SearchStrategy[Pair] = st.recursive(
    strings() | patterned() | integers() | numbers() | values(),
    lambda inner: arrays(inner) | objects(inner) | either(inner) | referred(inner),
    max_leaves=6,
)
