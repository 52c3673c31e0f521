"""The official client against the built file."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI

from tests.started import Started

pytestmark = pytest.mark.frozen

QUESTION = [{"role": "user", "content": "Say hello to the world, please."}]
SETTINGS = {"model": "any", "messages": QUESTION, "max_tokens": 12, "temperature": 0}


@pytest.fixture
def client(server: Started) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as client:
        yield client


def test_it_lists_the_model(client: OpenAI) -> None:
    [model] = client.models.list().data
    assert model.id
    assert client.models.retrieve(model.id).id == model.id


def test_it_answers(client: OpenAI) -> None:
    answer = client.chat.completions.create(**SETTINGS)
    [choice] = answer.choices
    assert choice.message.role == "assistant"
    assert choice.message.content
    assert choice.finish_reason in ("stop", "length")
    assert 0 < answer.usage.completion_tokens <= 12
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_a_stream_says_the_same(client: OpenAI) -> None:
    whole = client.chat.completions.create(**SETTINGS).choices[0]
    chunks = list(
        client.chat.completions.create(
            **SETTINGS, stream=True, stream_options={"include_usage": True}
        )
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-2].choices[0].finish_reason == whole.finish_reason
    assert chunks[-1].usage.completion_tokens > 0


def test_a_stream_that_is_left_makes_room(client: OpenAI) -> None:
    long = SETTINGS | {"max_tokens": 2000, "temperature": 1}
    for _ in range(3):
        with client.chat.completions.create(**long, stream=True) as stream:
            next(iter(stream))
    assert client.chat.completions.create(**SETTINGS).choices[0].message.content


def test_a_seed_repeats_an_answer(client: OpenAI) -> None:
    drawn = SETTINGS | {"temperature": 1.5, "seed": 7}
    # The first one reads the prompt, which the later ones find read: only these compute alike.
    _, first, second = (client.chat.completions.create(**drawn).choices[0] for _ in range(3))
    assert first.message.content == second.message.content


def test_errors_are_the_clients_own_and_name_the_field(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**SETTINGS | {"temperature": "hot"})
    assert caught.value.param == "temperature"
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**SETTINGS, n=2)
    assert (caught.value.param, caught.value.code) == ("n", "unsupported_parameter")
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("no-such-model")


def test_a_prompt_that_does_not_fit_is_refused_with_its_size(client: OpenAI) -> None:
    long = [{"role": "user", "content": "word " * 200_000}]
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**SETTINGS | {"messages": long})
    assert caught.value.code == "context_length_exceeded"
    assert "200" in caught.value.message
