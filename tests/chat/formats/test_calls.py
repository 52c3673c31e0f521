from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.chat.formats import hermes, llama3, mistral
from app.chat.formats.calls import Calls
from app.chat.formats.markup import Markup
from app.chat.reply import Arguments, Content, ToolCall
from tests.chat.events import Read, cut, read

NAMES = ("clock", "weather")
PARIS = '{"city": "Pa}r\\"is", "at": [{"x": 1}]}'
ONE = f'<tool_call>\n{{"name": "weather", "arguments": {PARIS}}}\n</tool_call>'
FRAGMENTS = st.sampled_from(
    [
        *(
            "<tool_call>",
            "</tool_call>",
            "```json",
            "```",
            "[TOOL_CALLS]",
            "<|python_tag|>",
            "[",
            "]",
        ),
        *(
            "{",
            "}",
            '"name"',
            ":",
            '"weather"',
            '"other"',
            ",",
            '"arguments"',
            '"parameters"',
            "{}",
        ),
        *(" ", "\n", "text", '"', "\\", "<", "<tool", '{"name": "weather", "arguments": {"a": 1}}'),
    ]
)
MARKUPS = st.sampled_from([hermes.MARKUP, llama3.MARKUP, mistral.MARKUP])


def seen(markup: Markup, text: str) -> Read:
    return read(Calls(markup, NAMES), list(text))


@pytest.mark.parametrize(
    ("markup", "text", "calls", "content"),
    [
        (hermes.MARKUP, ONE, [("weather", PARIS)], ""),
        (hermes.MARKUP, f"Let me see.\n\n{ONE}\n", [("weather", PARIS)], "Let me see."),
        (hermes.MARKUP, f"{ONE}\n{ONE}", [("weather", PARIS)] * 2, ""),
        (hermes.MARKUP, f"{ONE}\nSo?", [("weather", PARIS)], "\nSo?"),
        (hermes.MARKUP, '{"name": "clock", "arguments": {}}', [("clock", "{}")], ""),
        (
            hermes.MARKUP,
            '```json\n{\n"name": "clock",\n"arguments": {}\n}\n```',
            [("clock", "{}")],
            "",
        ),
        (
            hermes.MARKUP,
            'So:\n```json\n{"name": "clock", "arguments": {}}\n```',
            [("clock", "{}")],
            "So:",
        ),
        (hermes.MARKUP, '<tools>{"name": "clock", "arguments": {}}</tools>', [("clock", "{}")], ""),
        (
            hermes.MARKUP,
            '<tool_call>{"arguments": {"a": 1}, "name": "clock"}</tool_call>',
            [("clock", '{"a": 1}')],
            "",
        ),
        (hermes.MARKUP, '<tool_call>{"name": "clock"}</tool_call>', [("clock", "{}")], ""),
        (llama3.MARKUP, f'{{"name": "weather", "parameters": {PARIS}}}', [("weather", PARIS)], ""),
        (
            llama3.MARKUP,
            f'<|python_tag|>{{"name": "weather", "parameters": {PARIS}}}',
            [("weather", PARIS)],
            "",
        ),
        (
            mistral.MARKUP,
            f'[TOOL_CALLS][{{"name": "weather", "arguments": {PARIS}, "id": "123456789"}}, '
            '{"name": "clock", "arguments": {}}]',
            [("weather", PARIS), ("clock", "{}")],
            "",
        ),
    ],
)
def test_calls_are_read_and_no_markup_leaks(
    markup: Markup, text: str, calls: list[tuple[str, str]], content: str
) -> None:
    assert seen(markup, text) == Read(content, "", calls)
    assert read(Calls(markup, NAMES), [text]) == Read(content, "", calls)


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>\n{"name": "other", "arguments": {}}\n</tool_call> and so on',
        "The tag <tool_call> begins a call, </tool_call> ends it.",
        "<tool_call>",
        "  <tool_call>\n{",
        '<tool_call>{"name": 5}</tool_call>',
        '{"name": "Alice", "arguments": {}}',
        '{"name": "clock", "age": 5}',
        '{"answer": 42}',
        '```json\n{"a": 1}\n```',
        "```python\nprint()\n```\n",
        "a < b <to",
        " \n",
        '[{"name": "clock", "arguments": {}}]',
    ],
)
def test_what_only_looks_like_a_call_is_content_to_the_letter(text: str) -> None:
    assert seen(hermes.MARKUP, text) == Read(text)


def test_json_that_is_no_call_is_not_held_back() -> None:
    parser = Calls(hermes.MARKUP, NAMES)
    assert read(parser, ['{"na', 'me": "Al']).content.startswith('{"name": "Al')
    events = Calls(hermes.MARKUP, NAMES).feed('{"name": "Al')
    assert events[-1] == Content('{"name": "Al')


def test_arguments_are_passed_on_as_they_are_written() -> None:
    parser = Calls(hermes.MARKUP, NAMES)
    head = '<tool_call>{"name": "weather", "arguments": {'
    call, first = parser.feed(head)
    assert isinstance(call, ToolCall)
    assert first == Arguments(0, "{")
    assert parser.feed('"city') == [Arguments(0, '"city')]
    assert parser.feed('": "x"}}</tool_') == [Arguments(0, '": "x"}')]
    assert parser.feed("call>") == []
    assert parser.end() == []


def test_a_call_that_is_cut_off_keeps_what_it_has() -> None:
    begun = PARIS[: PARIS.index("at")]
    assert seen(hermes.MARKUP, ONE[: ONE.index('at": [')]).calls == [("weather", begun)]
    assert seen(hermes.MARKUP, '<tool_call>{"name": "clock", "arguments": {"a').calls == [
        ("clock", '{"a')
    ]


@given(
    MARKUPS,
    st.lists(FRAGMENTS, max_size=12).map("".join),
    st.lists(st.integers(0, 500), max_size=6),
)
def test_where_the_pieces_are_cut_makes_no_difference(
    markup: Markup, text: str, places: list[int]
) -> None:
    assert read(Calls(markup, NAMES), cut(text, places)) == seen(markup, text)


@given(MARKUPS, st.lists(FRAGMENTS, max_size=12).map("".join))
def test_nothing_is_lost(markup: Markup, text: str) -> None:
    found = seen(markup, text)
    if not found.calls:
        assert found.content == text
    assert len(found.content) + sum(len(name) + len(given) for name, given in found.calls) <= len(
        text
    ) + 2 * len(found.calls)


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers(), max_size=4))
def test_any_arguments_arrive_whole(arguments: dict[str, object]) -> None:
    text = json.dumps({"name": "clock", "arguments": arguments}, ensure_ascii=False)
    ((_, given_back),) = seen(hermes.MARKUP, f"<tool_call>{text}</tool_call>").calls
    assert json.loads(given_back) == arguments
