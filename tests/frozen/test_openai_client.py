"""The official client against the built file."""

from __future__ import annotations

import json
from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel, Field

from tests.started import Started, settled

pytestmark = pytest.mark.frozen

QUESTION = [{"role": "user", "content": "Say hello to the world, please."}]
SETTINGS = {"model": "any", "messages": QUESTION, "max_tokens": 12, "temperature": 0}

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
WEATHER_CHOICE = {"type": "function", "function": {"name": "weather"}}
ONE_CALL = {"tool_choice": "required", "parallel_tool_calls": False}


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
    whole = settled(lambda: client.chat.completions.create(**SETTINGS)).choices[0]
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
    drawn = SETTINGS | {"temperature": 1.5, "seed": 7, "max_tokens": 4}
    first = settled(lambda: client.chat.completions.create(**drawn)).choices[0]
    second = client.chat.completions.create(**drawn).choices[0]
    assert first.message.content == second.message.content


def test_errors_are_the_clients_own_and_name_the_field(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**SETTINGS | {"temperature": "hot"})
    assert caught.value.param == "temperature"
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**SETTINGS, modalities=["audio"])
    assert (caught.value.param, caught.value.code) == ("modalities", "unsupported_parameter")
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("no-such-model")


def test_a_prompt_that_does_not_fit_is_refused_with_its_size(client: OpenAI) -> None:
    long = [{"role": "user", "content": "word " * 200_000}]
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**SETTINGS | {"messages": long})
    assert caught.value.code == "context_length_exceeded"
    assert "200" in caught.value.message


def test_several_answers_at_once_are_told_apart(client: OpenAI) -> None:
    answer = client.chat.completions.create(**SETTINGS | {"temperature": 2}, n=3, seed=1)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert len({choice.message.content for choice in answer.choices}) > 1


def test_each_token_has_its_probability_and_its_rivals(client: OpenAI) -> None:
    counting = SETTINGS | {"messages": [{"role": "user", "content": "Count from one to nine."}]}
    answer = client.chat.completions.create(**counting, logprobs=True, top_logprobs=3)
    [choice] = answer.choices
    tokens = choice.logprobs.content
    assert "".join(token.token for token in tokens) == choice.message.content
    assert all(len(token.top_logprobs) == 3 and token.logprob <= 0 for token in tokens)
    assert tokens[0].token == tokens[0].top_logprobs[0].token


def test_an_answer_fits_the_schema_that_was_asked_for(client: OpenAI) -> None:
    class Place(BaseModel):
        name: str = Field(max_length=20)
        capital: bool

    asked = SETTINGS | {"max_tokens": 100}
    answer = client.chat.completions.parse(**asked, response_format=Place)
    assert isinstance(answer.choices[0].message.parsed, Place)


def test_a_named_tool_is_called_with_arguments_that_fit(client: OpenAI) -> None:
    asked = SETTINGS | {"max_tokens": 60, "tools": [WEATHER], "tool_choice": WEATHER_CHOICE}
    [choice] = client.chat.completions.create(**asked).choices
    assert choice.finish_reason == "tool_calls"
    [call] = choice.message.tool_calls
    assert call.function.name == "weather"
    assert set(json.loads(call.function.arguments)) == {"city"}


def test_a_call_comes_in_pieces_and_its_result_goes_back(client: OpenAI) -> None:
    asked = SETTINGS | {"max_tokens": 60, "tools": [WEATHER], **ONE_CALL}
    with client.chat.completions.stream(**asked) as stream:
        message = stream.get_final_completion().choices[0].message
    [call] = message.tool_calls
    result = {"role": "tool", "tool_call_id": call.id, "content": "Sunny, 20 degrees."}
    said = {
        "role": "assistant",
        "tool_calls": [call.model_dump(exclude={"function": {"parsed_arguments"}})],
    }
    after = SETTINGS | {"messages": [*QUESTION, said, result], "tools": [WEATHER]}
    assert client.chat.completions.create(**after).choices[0].message.role == "assistant"


def test_a_begun_answer_is_continued(client: OpenAI) -> None:
    begun = [*QUESTION, {"role": "assistant", "content": "Hello, wor"}]
    answer = client.chat.completions.create(**SETTINGS | {"messages": begun})
    assert not answer.choices[0].message.content.startswith("Hello")
    assert (
        answer.usage.prompt_tokens > client.chat.completions.create(**SETTINGS).usage.prompt_tokens
    )


def test_a_prompt_is_continued_whole_and_in_a_stream(client: OpenAI) -> None:
    asked = {"model": "any", "prompt": "One, two, three,", "max_tokens": 6, "temperature": 0}
    whole = settled(lambda: client.completions.create(**asked, logprobs=2))
    assert whole.usage.completion_tokens == 6
    assert len(whole.choices[0].logprobs.tokens) == 6
    chunks = client.completions.create(**asked, stream=True)
    assert "".join(chunk.choices[0].text for chunk in chunks) == whole.choices[0].text


def test_responses_come_whole_and_as_events(client: OpenAI) -> None:
    asked = {"model": "any", "input": "Say hello.", "max_output_tokens": 5, "temperature": 0}
    whole = settled(lambda: client.responses.create(**asked))
    assert whole.output_text
    events = list(client.responses.create(**asked, stream=True))
    assert events[0].type == "response.created"
    assert events[-1].response.output_text == whole.output_text
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(deltas) == whole.output_text


def test_a_response_calls_a_tool(client: OpenAI) -> None:
    tool = {"type": "function", **WEATHER["function"]}
    response = client.responses.create(
        model="any", input="How warm is Paris?", tools=[tool], **ONE_CALL
    )
    [call] = response.output
    assert (call.type, call.name) == ("function_call", "weather")
    assert set(json.loads(call.arguments)) == {"city"}


def test_vectors_of_texts_lie_close_where_the_texts_do(client: OpenAI) -> None:
    texts = ["The cat sleeps.", "A kitten naps.", "Interest rates rose."]
    answer = client.embeddings.create(model="any", input=texts)
    cat, kitten, rates = (each.embedding for each in answer.data)
    assert _product(cat, kitten) > _product(cat, rates)
    plain = client.embeddings.create(model="any", input=texts[0], encoding_format="float")
    assert plain.data[0].embedding == pytest.approx(cat, abs=1e-4)


def _product(first: list[float], second: list[float]) -> float:
    return sum(a * b for a, b in zip(first, second, strict=True))
