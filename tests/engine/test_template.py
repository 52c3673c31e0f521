from __future__ import annotations

import contextlib
import time
from datetime import datetime
from typing import Any

import pytest

from app.engine import sandbox
from app.engine.template import ChatTemplate
from app.errors import BadRequest

USER = [{"role": "user", "content": "Hi <there> 你好"}]

# How the two kinds of templates in the field read content: as a string, or as parts.
STRINGS = "{% for m in messages %}[{{ m['content'] }}]{% endfor %}"
PARTS = (
    "{% for m in messages %}{% if m['content'] is string %}[{{ m['content'] }}]{% else %}"
    "{% for part in m['content'] %}({{ part['text'] }}){% endfor %}{% endif %}{% endfor %}"
)

GROWING = (
    "{{% set ns = namespace(x={begin}) %}}"
    "{{% for n in range(60) %}}{{% set ns.x = {step} %}}{{% endfor %}}"
)


def render(source: str, messages: list[dict[str, Any]] = USER, **variables: Any) -> str:
    return ChatTemplate(source, "<s>", "</s>").render(messages, **variables)


TYPED = (
    "{% for m in messages %}{% for part in m['content'] %}{% if part['type'] == 'text' %}"
    "({{ part['text'] }}){% endif %}{% endfor %}{% endfor %}"
)


def test_a_template_that_reads_parts_alone_gets_texts_as_parts() -> None:
    assert render(TYPED) == "(Hi <there> 你好)"
    assert render(PARTS) == "[Hi <there> 你好]"


def test_a_model_without_a_template_gets_chatml() -> None:
    assert ChatTemplate(None).render(USER) == (
        "<|im_start|>user\nHi <there> 你好<|im_end|>\n<|im_start|>assistant\n"
    )


def test_a_template_sees_messages_its_constants_and_the_variables() -> None:
    source = "{{ bos_token }}{{ messages[0].content }}{{ mood }}{{ eos_token }}"
    assert render(source, mood="!") == "<s>Hi <there> 你好!</s>"


def test_the_generation_prompt_can_be_left_out() -> None:
    source = "{% if add_generation_prompt %}yes{% else %}no{% endif %}"
    assert render(source) == "yes"
    assert render(source, add_generation_prompt=False) == "no"


def test_blocks_leave_no_blank_lines() -> None:
    assert render(
        "{% for m in messages %}\n    {% if true %}\nx\n    {% endif %}\n{% endfor %}"
    ) == ("x\n")


def test_loops_can_break_and_continue() -> None:
    source = "{% for n in range(9) %}{% if n == 1 %}{% continue %}{% endif %}{{ n }}"
    assert render(source + "{% if n == 3 %}{% break %}{% endif %}{% endfor %}") == "023"


def test_what_only_training_needs_is_passed_over() -> None:
    assert render("{% generation %}a{{ bos_token }}{% endgeneration %}b") == "a<s>b"


def test_tojson_keeps_characters_and_takes_an_indent() -> None:
    assert render("{{ messages[0].content | tojson }}") == '"Hi <there> 你好"'
    assert render("{{ [1] | tojson(indent=2) }}") == "[\n  1\n]"


def test_the_date_can_be_asked_for() -> None:
    assert render("{{ strftime_now('%Y') }}") == time.strftime("%Y")


def test_a_template_that_refuses_is_quoted() -> None:
    with pytest.raises(BadRequest, match="Only one user, please") as refused:
        render("{{ raise_exception('Only one user, please') }}")
    assert refused.value.field == "messages"


@pytest.mark.parametrize(
    "source", ["{% if %}", "{{ messages[0].content.missing.deeper }}", "{{ 1 / 0 }}"]
)
def test_a_broken_template_is_a_bad_request(source: str) -> None:
    with pytest.raises(BadRequest, match="chat template"):
        render(source)


def test_text_parts_are_joined_for_a_template_that_takes_strings() -> None:
    parts = [{"type": "text", "text": "Hi "}, {"type": "text", "text": "you"}]
    assert render(STRINGS, [{"role": "user", "content": parts}]) == "[Hi you]"


def test_text_parts_are_left_to_a_template_that_reads_them() -> None:
    parts = [{"type": "text", "text": "Hi "}, {"type": "text", "text": "you"}]
    assert render(PARTS, [{"role": "user", "content": parts}]) == "(Hi )(you)"
    assert render(PARTS) == "[Hi <there> 你好]"


def test_a_text_may_be_repeated_a_few_times() -> None:
    assert render("{{ '-' * 3 }}{{ 2 * 3 }}{{ 2 ** 3 }}") == "---68"


def test_the_messages_that_were_given_stay_as_they_are() -> None:
    message = {"role": "user", "content": [{"type": "text", "text": "Hi"}]}
    render(STRINGS, [message])
    assert message["content"] == [{"type": "text", "text": "Hi"}]


@pytest.mark.parametrize(
    "source",
    [
        "{{ messages.append(1) }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ raise_exception.__globals__ }}",
        "{{ self._TemplateReference__context.environment.check_time.__globals__ }}",
    ],
)
def test_a_template_cannot_reach_out_of_its_sandbox(source: str) -> None:
    with contextlib.suppress(BadRequest):
        assert render(source) == ""  # what the sandbox hides reads as undefined


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'x' * 10**10 }}",
        "{{ [0] * 10**10 }}",
        "{{ 2 ** (10**9) }}",
        GROWING.format(begin="3", step="ns.x * ns.x"),
        GROWING.format(begin="'x'", step="ns.x + ns.x"),
        GROWING.format(begin="'x'", step="ns.x ~ ns.x"),
        "{% for n in range(99999) %}{{ 'x' * 999 }}{% endfor %}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{{ messages | tojson }}{% endfor %}" * 40,
        "{% macro again(n) %}{{ again(n) }}{{ again(n) }}{% endmacro %}{{ again(1) }}",
    ],
)
def test_a_hostile_template_is_stopped(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 0.3)
    started = time.monotonic()
    with pytest.raises(BadRequest):
        render(source)
    assert time.monotonic() - started < 3


def test_a_template_gets_the_date_and_tools_as_text_where_it_wants_them() -> None:
    template = ChatTemplate("{{ date_string }} {{ datetime }} {{ functions }}")
    today = datetime.now().astimezone()
    written = template.render([], tools=[{"type": "function"}])
    dates = f"{today:%d %b %Y} {today:%b %d %Y}"
    assert written == dates + ' [{"type": "function"}]'
