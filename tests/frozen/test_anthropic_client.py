"""Anthropic's official client against the built file."""

from __future__ import annotations

from collections.abc import Iterator

import anthropic
import pytest
from anthropic import Anthropic

from tests.started import Started, settled

pytestmark = pytest.mark.frozen

QUESTION = [{"role": "user", "content": "Say hello to the world, please."}]
# The client itself knows no temperature any more.
GREEDY = {"extra_body": {"temperature": 0}}
SETTINGS = {"model": "any", "messages": QUESTION, "max_tokens": 12, **GREEDY}
WEATHER = {
    "name": "weather",
    "description": "The weather in a city.",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string", "maxLength": 20}},
        "required": ["city"],
    },
}
ONE_CALL = {"type": "any", "disable_parallel_tool_use": True}


@pytest.fixture
def client(server: Started) -> Iterator[Anthropic]:
    with Anthropic(base_url=server.url, api_key="none", max_retries=0) as client:
        yield client


def test_it_answers_and_counts(client: Anthropic) -> None:
    message = client.messages.create(**SETTINGS, system="Be brief.")
    assert message.content[0].text
    assert message.stop_reason in ("end_turn", "max_tokens")
    asked = {"model": "any", "messages": QUESTION, "system": "Be brief."}
    counted = client.messages.count_tokens(**asked).input_tokens
    usage = message.usage
    assert counted == usage.input_tokens + usage.cache_read_input_tokens
    assert 0 < usage.output_tokens <= 12


def test_a_stream_says_the_same(client: Anthropic) -> None:
    whole = settled(lambda: client.messages.create(**SETTINGS))
    with client.messages.stream(**SETTINGS) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    assert text == final.content[0].text == whole.content[0].text
    assert final.stop_reason == whole.stop_reason


@pytest.mark.parametrize("streams", [False, True])
def test_a_tool_is_called_and_its_result_goes_back(client: Anthropic, streams: bool) -> None:
    asked = SETTINGS | {"max_tokens": 60, "tools": [WEATHER], "tool_choice": ONE_CALL}
    if streams:
        with client.messages.stream(**asked) as stream:
            message = stream.get_final_message()
    else:
        message = client.messages.create(**asked)
    assert message.stop_reason == "tool_use"
    [call] = message.content
    assert (call.name, set(call.input)) == ("weather", {"city"})
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "Sunny, 20 degrees."}
    turns = [
        *QUESTION,
        {
            "role": "assistant",
            "content": [call.model_dump(include={"type", "id", "name", "input"})],
        },
        {"role": "user", "content": [result]},
    ]
    after = client.messages.create(**SETTINGS | {"messages": turns, "tools": [WEATHER]})
    assert after.role == "assistant"


def test_a_stop_sequence_is_told(client: Anthropic) -> None:
    counting = SETTINGS | {"messages": [{"role": "user", "content": "Count from one to nine."}]}
    text = client.messages.create(**counting).content[0].text
    stop = text[len(text) // 2 :]
    message = client.messages.create(**counting, stop_sequences=[stop])
    assert (message.stop_reason, message.stop_sequence) == ("stop_sequence", stop)
    assert message.content[0].text == text[: len(text) // 2]


def test_errors_are_the_clients_own(client: Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError, match="temperature"):
        client.messages.create(**SETTINGS | {"extra_body": {"temperature": "hot"}})
    image = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": "aGk="},
    }
    with pytest.raises(anthropic.BadRequestError, match=r"not a picture"):
        client.messages.create(**SETTINGS | {"messages": [{"role": "user", "content": [image]}]})
