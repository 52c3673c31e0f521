from __future__ import annotations

import re
from typing import Any

import pytest

from app.chat.constraint import check, grammar_for
from app.chat.formats.hermes import HERMES
from app.chat.formats.llama3 import LLAMA3
from app.chat.formats.mistral import MISTRAL
from app.chat.request import ChatRequest, Named, ResponseFormat, Tool
from app.engine import request
from app.engine.grammar.gbnf import check_grammar
from app.errors import BadRequest
from tests.chat.gbnf import Grammar

DAYS = {"type": "object", "properties": {"days": {"type": "integer"}}, "required": ["days"]}
WEATHER, CLOCK = Tool("weather", "", DAYS), Tool('the "clock"')
WEATHER_CALL = '{"name": "weather", "arguments": {"days": 3}}'
CLOCK_CALL = '{"name": "the \\"clock\\"", "arguments": {}}'
USER = ({"role": "user", "content": "Hi"},)


def constraint(
    format_: Any = HERMES, thinks: bool = False, opened: bool = False, **fields: Any
) -> request.Grammar:
    fields = {"tools": (WEATHER, CLOCK), **fields}
    found = grammar_for(ChatRequest(messages=USER, **fields), format_, thinks, opened)
    assert found
    check_grammar(found)
    return found


def fits(text: str, format_: Any = HERMES, **fields: Any) -> bool:
    return Grammar(constraint(format_, **fields).text).fits(text)


def tagged(call: str) -> str:
    return f"<tool_call>\n{call}\n</tool_call>"


def test_a_required_call_is_all_that_can_be_written() -> None:
    assert not constraint(tool_choice="required").lazy
    assert fits(tagged(WEATHER_CALL), tool_choice="required")
    assert fits(f"{tagged(WEATHER_CALL)}\n{tagged(CLOCK_CALL)}", tool_choice="required")
    for text in ("", "Hi", WEATHER_CALL, tagged(WEATHER_CALL.replace("3", '"3"'))):
        assert not fits(text, tool_choice="required")


def test_without_parallel_calls_there_is_exactly_one() -> None:
    fields = {"tool_choice": "required", "parallel_tool_calls": False}
    assert fits(tagged(WEATHER_CALL), **fields)
    assert not fits(f"{tagged(WEATHER_CALL)}\n{tagged(WEATHER_CALL)}", **fields)


def test_a_named_tool_is_the_only_one() -> None:
    assert fits(tagged(WEATHER_CALL), tool_choice=Named("weather"))
    assert not fits(tagged(CLOCK_CALL), tool_choice=Named("weather"))


def test_each_format_has_its_own_frame() -> None:
    llama = WEATHER_CALL.replace("arguments", "parameters")
    assert fits(llama, LLAMA3, tool_choice="required")
    assert fits(f"[TOOL_CALLS][{WEATHER_CALL}, {CLOCK_CALL}]", MISTRAL, tool_choice="required")
    with_id = WEATHER_CALL[:-1] + ', "id": "abc123XYZ"}'
    assert fits(f"[TOOL_CALLS][{with_id}]", MISTRAL, tool_choice="required")


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        (f"Let me see. {tagged(WEATHER_CALL)}", "<tool_call>"),
        (f"\n{WEATHER_CALL}", "{"),
        (f"So:\n```json\n{CLOCK_CALL}\n```", "```json"),
        (f"<think>x</think>\n\n{WEATHER_CALL}", '{"name": "weather"'),
        ('{"name": "Alice", "arguments": {}}', None),
        ("{}", None),
        ("no call", None),
    ],
)
def test_a_free_answer_is_bound_from_the_call_on(text: str, begins: str | None) -> None:
    found = constraint()
    assert found.lazy
    matches = [each for pattern in found.trigger_patterns if (each := re.search(pattern, text))]
    assert bool(matches) == (begins is not None)
    if begins:
        start = min(match.start(1) for match in matches)
        assert text[start:].startswith(begins)
        assert Grammar(found.text).fits(text[start:])


def test_json_may_stand_in_for_a_call_that_is_not_required() -> None:
    fields = {"response_format": ResponseFormat(DAYS), "tool_choice": "auto"}
    assert not constraint(**fields).lazy
    assert fits('{"days": 1}', **fields)
    assert fits(tagged(WEATHER_CALL), **fields)
    assert not fits('{"days": 1}', response_format=ResponseFormat(DAYS), tool_choice="required")


def test_thoughts_may_come_first() -> None:
    fields = {"tools": (), "response_format": ResponseFormat()}
    for text in ("<think>a < b </p> <b>.</think>\n\n{}", "{}"):
        assert Grammar(constraint(thinks=True, **fields).text).fits(text)
    opened = Grammar(constraint(thinks=True, opened=True, **fields).text)
    assert opened.fits("Hm.</think>{}")
    assert not opened.fits("{}")


def test_without_anything_to_hold_to_there_is_no_grammar() -> None:
    assert grammar_for(ChatRequest(messages=USER), HERMES, True, True) is None
    none = ChatRequest(messages=USER, tools=(CLOCK,), tool_choice="none")
    assert grammar_for(none, HERMES, False, False) is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tools": (CLOCK, CLOCK)}, "tools[1].function.name"),
        ({"tools": (Tool(""),)}, "tools[0].function.name"),
        ({"tool_choice": Named("other"), "tools": (CLOCK,)}, "tool_choice"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tools": (CLOCK,), "grammar": 'root ::= "a"'}, "grammar"),
        ({"response_format": ResponseFormat(), "grammar": 'root ::= "a"'}, "grammar"),
    ],
)
def test_contradictions_are_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRequest) as caught:
        check(ChatRequest(messages=USER, **fields))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("tool", "field"),
    [
        (Tool("a", "", []), "tools[0].function.parameters"),
        (Tool("a", "", {"type": "string"}), "tools[0].function.parameters.type"),
        (Tool("a", "", {"properties": {"x": {"type": "y"}}}, "here"), "here.properties.x.type"),
    ],
)
def test_a_bad_schema_is_named(tool: Tool, field: str) -> None:
    with pytest.raises(BadRequest) as caught:
        constraint(tools=(tool,))
    assert caught.value.field == field
