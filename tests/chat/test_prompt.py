from __future__ import annotations

from typing import Any

import pytest

from app.chat.formats.choice import format_of
from app.chat.formats.generic import GENERIC
from app.chat.formats.hermes import HERMES
from app.chat.formats.llama3 import LLAMA3
from app.chat.formats.mistral import MISTRAL
from app.chat.prompt import prompt_text
from app.chat.request import ChatRequest, Tool
from app.engine.template import CHATML, ChatTemplate
from app.errors import BadRequest
from tests.chat import templates

CLOCK = Tool("clock", "What time it is", {"type": "object", "properties": {}})
USER = {"role": "user", "content": "Hi"}


def called(*names: str) -> dict[str, Any]:
    calls = [
        {
            "id": f"call_{name}",
            "type": "function",
            "function": {"name": name, "arguments": '{"a": 1}'},
        }
        for name in names
    ]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def result(name: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": f"call_{name}", "content": f"result of {name}"}


def prompt(template: str, *messages: dict[str, Any], **fields: Any) -> str:
    return prompt_text(ChatTemplate(template), ChatRequest(messages=messages, **fields))


def test_the_template_tells_the_format() -> None:
    assert format_of(templates.QWEN) is HERMES
    assert format_of(templates.LLAMA3) is LLAMA3
    assert format_of(templates.MISTRAL) is MISTRAL
    assert format_of(CHATML) is GENERIC
    assert format_of("tools <tool_call><function=name> arguments") is GENERIC
    assert format_of("tools [TOOL_CALLS]name[ARGS]") is GENERIC


def test_tools_and_arguments_reach_the_template_as_values() -> None:
    text = prompt(templates.QWEN, USER, called("x"), tools=(CLOCK,))
    assert '<tools>{"type": "function", "function": {"name": "clock"' in text
    assert '<assistant><tool_call>{"a": 1}</tool_call>' in text


def test_with_tool_choice_none_the_model_sees_no_tools() -> None:
    assert "clock" not in prompt(templates.QWEN, USER, tools=(CLOCK,), tool_choice="none")
    assert "clock" not in prompt(CHATML, USER, tools=(CLOCK,), tool_choice="none")


def test_llama_gets_calls_one_by_one_each_with_its_result() -> None:
    text = prompt(templates.LLAMA3, USER, called("a", "b"), result("b"), result("a"), USER)
    order = [text.index(part) for part in ("parameters", "result of a", "result of b")]
    assert order == sorted(order)
    assert text.count("parameters") == 2
    assert text.endswith("user|Hi")


def test_mistral_gets_ids_of_nine_that_belong_together() -> None:
    text = prompt(templates.MISTRAL, USER, called("a"), result("a"))
    (call_id, result_id) = text.partition("[TOOL_CALLS]")[2][:9], text[-10:-1]
    assert call_id == result_id


def test_a_template_without_tools_gets_everything_as_text() -> None:
    system = {"role": "system", "content": "Be brief."}
    text = prompt(CHATML, system, USER, called("a"), result("a"), result("b"), tools=(CLOCK,))
    assert "Be brief." in text
    assert '"name": "clock"' in text
    assert '<tool_call>\n{"name": "a", "arguments": {"a": 1}}\n</tool_call><|im_end|>' in text
    results = "<tool_response>\nresult of a\n</tool_response>\n<tool_response>\nresult of b"
    assert f"<|im_start|>user\n{results}" in text


def test_a_template_that_knows_no_system_has_it_in_the_first_question() -> None:
    text = prompt(templates.NO_SYSTEM, {"role": "system", "content": "Be brief."}, USER)
    assert text == "user: Be brief.\n\nHi\n"
    assert '"name": "clock"' in prompt(templates.NO_SYSTEM, USER, tools=(CLOCK,))


def test_thinking_can_be_switched_off() -> None:
    assert prompt(templates.QWEN, USER).endswith("<think>\n")
    assert prompt(templates.QWEN, USER, thinking=False).endswith("</think>")
    variables = {"enable_thinking": False}
    assert prompt(templates.QWEN, USER, template_variables=variables).endswith("</think>")


def test_an_answer_that_has_begun_is_continued() -> None:
    begun = {
        "role": "assistant",
        "content": [{"type": "text", "text": "Whi"}, {"type": "text", "text": "ll"}],
    }
    text = prompt(CHATML, USER, begun, continue_last=True)
    assert text.endswith("<|im_start|>assistant\nWhill")
    with pytest.raises(BadRequest):
        prompt(CHATML, USER, continue_last=True)
