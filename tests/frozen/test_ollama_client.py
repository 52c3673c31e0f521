"""Ollama's official client against the built file."""

from __future__ import annotations

from collections.abc import Iterator

import ollama
import pytest
from ollama import Client

from tests.started import Started, settled

pytestmark = pytest.mark.frozen

QUESTION = [{"role": "user", "content": "Say hello to the world, please."}]
OPTIONS = {"num_predict": 12, "temperature": 0}
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "maxLength": 20}},
            "required": ["city"],
        },
    },
}


@pytest.fixture
def client(server: Started) -> Iterator[Client]:
    with Client(host=server.url) as client:
        yield client


def test_the_model_is_listed_and_shown(client: Client) -> None:
    [model] = client.list().models
    assert model.size > 0
    shown = client.show(model.model)
    assert "completion" in shown.capabilities
    with pytest.raises(ollama.ResponseError, match="no model named"):
        client.show("no-such-model")


def test_a_stream_says_the_same_as_the_whole(client: Client) -> None:
    whole = settled(lambda: client.chat("any", QUESTION, options=OPTIONS))
    parts = list(client.chat("any", QUESTION, options=OPTIONS, stream=True))
    assert whole.message.content
    assert "".join(part.message.content for part in parts) == whole.message.content
    assert parts[-1].done
    assert parts[-1].eval_count == whole.eval_count
    assert whole.total_duration > 1_000_000  # nanoseconds


def test_a_prompt_is_answered_and_as_it_is_continued(client: Client) -> None:
    assert client.generate("any", "Say hello.", options=OPTIONS).response
    raw = client.generate("any", "One, two, three,", raw=True, options=OPTIONS)
    assert raw.response.startswith(" four")


def test_an_answer_fits_the_schema_that_was_asked_for(client: Client) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"enum": ["Paris", "Rome"]}, "capital": {"type": "boolean"}},
        "required": ["name", "capital"],
    }
    options = OPTIONS | {"num_predict": 60}
    answer = client.chat("any", QUESTION, format=schema, options=options)
    assert '"Paris"' in answer.message.content or '"Rome"' in answer.message.content


def test_tools_may_be_offered_and_called_before(client: Client) -> None:
    call = {"function": {"name": "weather", "arguments": {"city": "Rome"}}}
    turns = [
        *QUESTION,
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_name": "weather", "content": "Sunny."},
    ]
    assert client.chat("any", turns, tools=[WEATHER], options=OPTIONS).done


def test_vectors_of_texts_are_of_one_length(client: Client) -> None:
    answer = client.embed("any", ["A cat.", "A dog, and much more of it."])
    assert len({len(vector) for vector in answer.embeddings}) == 1
    assert answer.prompt_eval_count > 0


def test_errors_say_what_is_wrong(client: Client) -> None:
    with pytest.raises(ollama.ResponseError, match=r"temperature") as caught:
        client.chat("any", QUESTION, options={"temperature": -1})
    assert caught.value.status_code == 400
