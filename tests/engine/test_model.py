from __future__ import annotations

from dataclasses import replace

from app.engine.model import Model
from tests.fakes.llama import BEGIN, FACTS, ScriptedLlama, text_of, tokens_of

USER = [{"role": "user", "content": "Hi"}]


def model_of(llama: ScriptedLlama) -> Model:
    return Model(llama.facts, lambda: llama)


def test_a_conversation_becomes_the_tokens_of_its_template() -> None:
    prompt = model_of(ScriptedLlama()).chat_prompt(USER)
    assert text_of(prompt) == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"


def test_variables_reach_the_template() -> None:
    prompt = model_of(ScriptedLlama()).chat_prompt(USER, add_generation_prompt=False)
    assert text_of(prompt).endswith("<|im_end|>\n")


def test_the_begin_token_comes_once_whether_the_template_writes_it_or_not() -> None:
    for template in ("{{ bos_token }}x", "x"):
        facts = replace(FACTS, adds_begin=True, template=template)
        assert model_of(ScriptedLlama(facts=facts)).chat_prompt(USER) == (BEGIN, *tokens_of("x"))


def test_its_facts_are_those_of_what_was_loaded() -> None:
    model = model_of(ScriptedLlama())
    assert model.name == FACTS.name
    assert model.description == FACTS.description
    assert model.context_tokens == FACTS.sequence_tokens
    assert model.trained_context_tokens == FACTS.trained_context_tokens
    assert model.parameters == FACTS.parameters
    assert model.size_bytes == FACTS.size_bytes


def test_text_goes_to_tokens_and_back() -> None:
    model = model_of(ScriptedLlama())
    tokens = model.tokenize("你好", special=True, begin=False)
    assert b"".join(model.piece(token) for token in tokens).decode() == "你好"
