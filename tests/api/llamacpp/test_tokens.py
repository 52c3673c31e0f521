from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient


def test_text_becomes_tokens_and_text_again(client: FlaskClient) -> None:
    tokens = client.post("/tokenize", json={"content": "Hé"}).json["tokens"]
    assert tokens == [72, 0xC3, 0xA9]
    assert client.post("/detokenize", json={"tokens": tokens}).json == {"content": "Hé"}


def test_control_tokens_count_as_such_unless_told_otherwise(client: FlaskClient) -> None:
    sent: dict[str, Any] = {"content": "<|im_end|>"}
    assert client.post("/tokenize", json=sent).json == {"tokens": [258]}
    assert len(client.post("/tokenize", json=sent | {"parse_special": False}).json["tokens"]) == 10
    assert client.post("/detokenize", json={"tokens": [258]}).json == {"content": "<|im_end|>"}


def test_pieces_that_are_no_text_are_bytes(client: FlaskClient) -> None:
    sent = {"content": "aé", "with_pieces": True}
    first, second, _ = client.post("/tokenize", json=sent).json["tokens"]
    assert first == {"id": 97, "piece": "a"}
    assert second == {"id": 0xC3, "piece": [0xC3]}


@pytest.mark.parametrize("token", [259, 2**40])
def test_a_token_that_there_is_not_is_refused_by_its_place(client: FlaskClient, token: int) -> None:
    response = client.post("/detokenize", json={"tokens": [1, token]})
    assert response.status_code == 400
    assert response.json["error"]["param"] == "tokens[1]"


def test_a_template_is_applied_and_nothing_answered(client: FlaskClient) -> None:
    sent: dict[str, Any] = {"messages": [{"role": "user", "content": "Hi"}]}
    prompt = client.post("/apply-template", json=sent).json["prompt"]
    assert prompt == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    without = client.post("/apply-template", json=sent | {"add_generation_prompt": False}).json
    assert without["prompt"] == "<|im_start|>user\nHi<|im_end|>\n"
