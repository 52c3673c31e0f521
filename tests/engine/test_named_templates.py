from __future__ import annotations

import pytest

from app.engine.named_templates import NAMED
from app.engine.template import ChatTemplate

TURNS = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Hi"},
]


@pytest.mark.parametrize("name", NAMED)
def test_every_turn_stands_in_it_and_then_the_answer_begins(name: str) -> None:
    template = ChatTemplate(NAMED[name], "<s>", "</s>")
    prompt = template.render(TURNS)
    assert prompt.index("Be brief.") < prompt.index("Hi")
    after = template.render([*TURNS, {"role": "assistant", "content": "Hello"}])
    assert after.index("Hi") < after.index("Hello")


def test_llama_3_has_headers() -> None:
    assert ChatTemplate(NAMED["llama3"], "<s>").render(TURNS) == (
        "<s><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )


def test_command_r_has_no_line_breaks() -> None:
    assert ChatTemplate(NAMED["command-r"]).render(TURNS) == (
        "<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>Be brief.<|END_OF_TURN_TOKEN|>"
        "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>Hi<|END_OF_TURN_TOKEN|>"
        "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>"
    )
