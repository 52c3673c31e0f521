from __future__ import annotations

import json
import random
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from app.chat.schema.grammar import grammar_of
from app.engine import request
from app.engine.grammar.gbnf import check_grammar
from app.errors import BadRequest
from tests.chat.gbnf import Grammar
from tests.chat.schema.schemas import SCHEMAS, Pair

LINKED = {
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "value": {"type": "integer"},
                "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
            },
            "required": ["value", "next"],
        }
    },
    "$ref": "#/$defs/node",
}
SHAPES = {
    "oneOf": [
        {
            "properties": {"kind": {"const": "circle"}, "r": {"type": "number"}},
            "required": ["kind"],
        },
        {
            "properties": {"kind": {"const": "square"}, "a": {"type": "number"}},
            "required": ["kind"],
        },
    ]
}


def texts(schema: Any, count: int = 30) -> list[str]:
    grammar = Grammar(grammar_of(schema))
    return [grammar.random_text(random.Random(seed)) for seed in range(count)]


def fits(schema: Any, text: str) -> bool:
    return Grammar(grammar_of(schema)).fits(text)


def refusal(schema: Any) -> BadRequest:
    with pytest.raises(BadRequest) as caught:
        grammar_of(schema)
    assert caught.value.message.en != caught.value.message.zh
    return caught.value


@settings(max_examples=150)
@given(SCHEMAS, st.integers(0, 2**32))
def test_every_text_of_the_grammar_is_json_that_fits_the_schema(pair: Pair, seed: int) -> None:
    schema, _ = pair
    source = grammar_of(schema)
    check_grammar(request.Grammar(source))  # nothing that llama.cpp would choke on
    text = Grammar(source).random_text(random.Random(seed))
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    validator.validate(json.loads(text))


@settings(max_examples=150)
@given(SCHEMAS, st.sampled_from([None, 1, 2]))
def test_what_fits_the_schema_is_a_text_of_the_grammar(pair: Pair, indent: int | None) -> None:
    schema, value = pair
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    assert fits(schema, text), text


@pytest.mark.parametrize("schema", [LINKED, SHAPES, True, {}, {"type": ["string", "null"]}])
def test_references_choices_and_free_values_are_written(schema: Any) -> None:
    for text in texts(schema):
        Draft202012Validator(schema).validate(json.loads(text))


def test_a_list_may_be_as_long_as_it_likes() -> None:
    chain: Any = None
    for value in range(30):
        chain = {"value": value, "next": chain}
    assert fits(LINKED, json.dumps(chain))


def test_json_object_is_any_object_and_nothing_else() -> None:
    assert fits(None, '{"a": [1, {"b": null}], "c": "\\u00e9\\ud83d\\ude00"}')
    assert not fits(None, "[1]")


@pytest.mark.parametrize("text", ['"\\ud83d"', '"\\x41"', '"a\nb"', '"\\ude00\\ud83d"', "'a'"])
def test_strings_are_valid_json(text: str) -> None:
    assert not fits({"type": "string"}, text)


def test_white_space_is_bounded() -> None:
    assert fits({"type": "array"}, "[\n" + " " * 20 + "1\n]")
    assert not fits({"type": "array"}, "[" + " " * 3 + "1]")


def test_a_key_in_disguise_does_not_stand_in_for_a_named_one() -> None:
    schema = {"properties": {"ab": {"type": "integer"}}, "additionalProperties": {"type": "null"}}
    assert fits(schema, '{"ab": 1, "abc": null, "a": null}')
    assert not fits(schema, '{"ab": null}')
    assert not fits(schema, '{"\\u0061b": null}')


def test_properties_come_in_the_order_in_which_they_are_declared() -> None:
    schema = {"properties": {"z": {"type": "null"}, "a": {"type": "null"}}}
    assert fits(schema, '{"z": null, "a": null}')
    assert fits(schema, '{"a": null}')
    assert not fits(schema, '{"a": null, "z": null}')
    assert not fits(schema, '{"z": null, "b": null}')


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        (
            {"type": "integer", "minimum": 7, "maximum": 1203},
            "7 10 999 1000 1203",
            "6 1204 07 2000",
        ),
        ({"type": "integer", "exclusiveMinimum": -12, "maximum": -3}, "-11 -3", "-12 -2 3 0"),
        ({"type": "integer", "minimum": 2.5}, "3 1000000", "2 -3"),
        ({"type": "integer", "minimum": 0, "maximum": 30, "multipleOf": 15}, "0 15 30", "1 45"),
        ({"type": "number", "minimum": 0, "maximum": 1}, "0 0.5 1 1.0", "1.01 -0.1 2"),
        (
            {"type": "number", "exclusiveMinimum": 0.25, "maximum": 10.75},
            "0.251 1 9.9 10.7 10.75",
            "0.25 0 10.751 11",
        ),
        ({"type": "number", "minimum": -1.5, "exclusiveMaximum": 0}, "-1.5 -0.001 -1", "0 -1.51 1"),
        (
            {"type": "number", "minimum": 2.05, "maximum": 2.5},
            "2.05 2.1 2.5 2.499",
            "2 2.04 2.51 2.6",
        ),
    ],
)
def test_numbers_keep_to_their_bounds(schema: Any, good: str, bad: str) -> None:
    assert [text for text in good.split() if not fits(schema, text)] == []
    assert [text for text in bad.split() if fits(schema, text)] == []


@pytest.mark.parametrize("length", [0, 1, 999, 1000, 1001, 2500, 70_000])
def test_lengths_are_exact_however_long(length: int) -> None:
    source = grammar_of({"type": "string", "minLength": length, "maxLength": length + 1})
    assert len(source) < 20_000
    if length < 3000:
        grammar = Grammar(source)
        sizes = [
            size
            for size in range(max(0, length - 1), length + 4)
            if grammar.fits(f'"{"x" * size}"')
        ]
        assert sizes == [length, length + 1]


def test_a_limit_that_no_text_reaches_is_none() -> None:
    assert len(grammar_of({"maxLength": 10**30, "type": "string"})) < 10_000


def test_any_length_up_to_a_large_one_is_possible() -> None:
    grammar = Grammar(grammar_of({"type": "string", "maxLength": 2300}))
    assert [size for size in (0, 1, 1150, 1151, 2300, 2301) if grammar.fits(f'"{"x" * size}"')] == [
        0,
        1,
        1150,
        1151,
        2300,
    ]


def test_a_pattern_and_a_length_hold_at_once() -> None:
    words = {"pattern": "^[a-z]+(?:-[a-z]+)*$", "minLength": 3, "maxLength": 5}
    good = ["abc", "a-b", "a-b-c", "abcde"]
    bad = ["a", "ab", "abcdef", "a-b-c-d", "a-", "ab-", "-ab"]
    assert [text for text in good + bad if fits(words, json.dumps(text))] == good
    endless = {"pattern": "^(ab|c)*$", "minLength": 3}
    good, bad = ["ccc", "abc", "abab" * 5], ["", "ab", "abb"]
    assert [text for text in good + bad if fits(endless, json.dumps(text))] == good


def test_dates_and_times_exist() -> None:
    for text in texts({"type": "string", "format": "date-time"}, 200):
        datetime.fromisoformat(json.loads(text).replace("Z", "+00:00"))
    date = {"type": "string", "format": "date"}
    assert fits(date, '"2024-02-29"')
    assert not fits(date, '"2023-02-29"')
    assert not fits(date, '"1900-02-29"')
    assert fits(date, '"2000-02-29"')
    assert fits({"format": "uuid"}, '"123e4567-e89b-12d3-a456-426614174000"')


def test_all_of_is_joined() -> None:
    schema = {
        "allOf": [
            {"properties": {"a": {"type": "number"}}, "required": ["a"]},
            {"properties": {"a": {"type": "integer", "maximum": 9}, "b": {"type": "null"}}},
        ]
    }
    assert fits(schema, '{"a": 9, "b": null}')
    assert not fits(schema, '{"a": 1.5}')
    assert not fits(schema, '{"b": null}')


def test_an_enum_keeps_only_what_the_rest_allows() -> None:
    schema = {
        "enum": ["a", "long", 5, True, 1, None],
        "type": ["string", "boolean"],
        "maxLength": 2,
    }
    assert {json.loads(text) for text in texts(schema)} == {"a", True}


@pytest.mark.parametrize(
    ("schema", "field"),
    [
        (123, "schema"),
        ({"type": 123}, "schema.type"),
        ({"type": "hiccup"}, "schema.type"),
        ({"properties": {"a": {"type": "x"}}}, "schema.properties.a.type"),
        ({"properties": []}, "schema.properties"),
        ({"items": {"minLength": "2"}}, "schema.items.minLength"),
        ({"maxItems": True}, "schema.maxItems"),
        ({"maxLength": -1}, "schema.maxLength"),
        ({"minimum": float("nan")}, "schema.minimum"),
        ({"minItems": 10**30}, "schema.minItems"),
        ({"const": 1, "enum": 1}, "schema.enum"),
        ({"required": [1]}, "schema.required"),
        ({"anyOf": []}, "schema.anyOf"),
        ({"$ref": "#/$defs/none"}, "schema.$ref"),
        ({"$ref": "other.json"}, "schema.$ref"),
        ({"$ref": "#"}, "schema.$ref"),
        ({"not": {"type": "null"}}, "schema.not"),
        ({"properties": {"a": {"uniqueItems": True}}}, "schema.properties.a.uniqueItems"),
        ({"if": {}, "then": {}}, "schema.if"),
        ({"type": "number", "multipleOf": 0.3}, "schema.multipleOf"),
        ({"type": "string", "pattern": "(?=a)b"}, "schema.pattern"),
        ({"type": "string", "pattern": r"(a)\1"}, "schema.pattern"),
        ({"type": "string", "pattern": "^(ab|c)+$", "maxLength": 9999}, "schema.pattern"),
        ({"type": "string", "pattern": "^a{3}$", "minLength": 4}, "schema.pattern"),
        ({"type": "integer", "minimum": 3, "maximum": 2}, "schema"),
        ({"allOf": [{"type": "string"}, {"type": "null"}]}, "schema"),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, "schema.oneOf"),
        ({"minProperties": 2, "properties": {"a": {}, "b": {}}}, "schema.minProperties"),
        (False, "schema"),
    ],
)
def test_what_is_wrong_or_cannot_be_ensured_is_named(schema: Any, field: str) -> None:
    assert refusal(schema).field == field


def test_a_schema_of_enormous_depth_is_refused() -> None:
    schema: Any = {}
    for _ in range(200):
        schema = {"type": "array", "items": {"properties": {"a": schema}}}
    assert "large" in str(refusal(schema))


def test_what_can_never_be_is_left_out() -> None:
    schema = {"properties": {"a": False, "b": {"type": "null"}}, "required": ["b"]}
    assert fits(schema, '{"b": null}')
    assert fits({"type": "array", "items": False}, "[]")
    assert fits({"anyOf": [False, {"type": "null"}]}, "null")
