from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from app.chat.searching import MOST_ROUNDS, NAME
from tests.api.serving import CHAT, client_of, conversation, events_of, parts_of
from tests.fakes.engine import scripted_engine

SEARCH = {"type": "function", "function": {"name": NAME}}
FILE_SEARCH = {"type": "file_search"}
ANSWER = "Zebras eat grass. That is all."


def call(name: str = NAME, **arguments: object) -> str:
    """What a model writes to call a tool."""
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"


@pytest.fixture
def model(services: Services, zoo: dict[str, str]) -> Iterator[Callable[..., FlaskClient]]:
    """A client of a model that says one thing after the other, and then the last again."""
    engines = []

    def begin(*said: str, prompts: list[str] | None = None) -> FlaskClient:
        left = list(said)

        def follow(prompt: str) -> str:
            if prompts is not None:
                prompts.append(prompt)
            return left.pop(0) if len(left) > 1 else left[0]

        engines.append(scripted_engine(follow))
        return client_of(replace(services, engine=engines[-1]))

    yield begin
    for engine in engines:
        engine.close()


Model = Callable[..., FlaskClient]


@pytest.mark.parametrize("tool", [SEARCH, FILE_SEARCH])
def test_the_model_searches_and_goes_on_with_what_it_found(model: Model, tool: object) -> None:
    prompts: list[str] = []
    client = model(f"Let me see.{call(query='What do zebras eat?')}", ANSWER, prompts=prompts)
    answer = client.post(CHAT, json=conversation("Zebras?", tools=[tool])).json
    [choice] = answer["choices"]
    assert choice["finish_reason"] == "stop"
    assert choice["message"] == {"role": "assistant", "content": f"Let me see.\n\n{ANSWER}"}
    assert answer["sources"][0]["name"] == "zebras.txt"
    [citation] = choice["citations"]
    said = choice["message"]["content"][citation["start"] : citation["end"]]
    assert said == "Zebras eat grass."
    first, second = prompts
    assert NAME in first
    assert '<document name="zebras.txt">' in second
    assert "What do zebras eat?" in second
    assert answer["usage"]["prompt_tokens"] > len(second)


def test_a_stream_goes_on_through_the_search(model: Model) -> None:
    client = model(call(query="zebras eat"), ANSWER)
    body = conversation("Zebras?", tools=[FILE_SEARCH], stream=True)
    chunks = events_of(client.post(CHAT, json=body))
    kinds = [
        "sources" if "sources" in chunk else "text"
        for chunk in chunks
        if "sources" in chunk or chunk["choices"][0]["delta"].get("content")
    ]
    assert kinds[0] == "sources"
    assert kinds.count("sources") == 1
    assert not any("tool_calls" in chunk["choices"][0]["delta"] for chunk in chunks)
    assert [each["passage"] for chunk in chunks for each in chunk.get("citations", [])] == [0]
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


def test_what_was_not_found_is_told_to_the_model(model: Model) -> None:
    prompts: list[str] = []
    client = model(call(query="Who won the chess cup?"), "I do not know.", prompts=prompts)
    answer = client.post(CHAT, json=conversation("Chess?", tools=[SEARCH])).json
    assert answer["choices"][0]["message"]["content"] == "I do not know."
    assert answer["sources"] == []
    assert "do not say anything" in prompts[1]


def test_searches_come_to_an_end(model: Model) -> None:
    prompts: list[str] = []
    client = model(call(query="zebras"), prompts=prompts)
    answer = client.post(CHAT, json=conversation("Zebras?", tools=[SEARCH])).json
    assert len(prompts) == MOST_ROUNDS + 1
    assert answer["choices"][0]["finish_reason"] == "stop"
    found = [each["document"] for each in answer["sources"]]
    assert len(found) == len(set(found))


def test_the_clients_own_tools_stay_the_clients(model: Model) -> None:
    weather = {"type": "function", "function": {"name": "weather", "parameters": {}}}
    client = model(f"{call(query='zebras')}\n{call('weather', city='Bern')}", ANSWER)
    answer = client.post(CHAT, json=conversation("Both?", tools=[SEARCH, weather])).json
    [choice] = answer["choices"]
    assert choice["finish_reason"] == "tool_calls"
    [called] = choice["message"]["tool_calls"]
    assert called["function"]["name"] == "weather"
    client = model(f"{call(query='zebras')}\n{call('weather', city='Bern')}")
    body = conversation("Both?", tools=[SEARCH, weather], stream=True)
    deltas = [
        call
        for chunk in events_of(client.post(CHAT, json=body))
        for call in chunk["choices"][0]["delta"].get("tool_calls", [])
    ]
    assert {each["index"] for each in deltas} == {0}


def test_a_function_of_that_name_with_parameters_is_the_clients(model: Model) -> None:
    own = {"type": "function", "function": {"name": NAME, "parameters": {"type": "object"}}}
    answer = model(call(query="x")).post(CHAT, json=conversation("?", tools=[own])).json
    assert answer["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == NAME


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"n": 2}, "n"),
        ({"tools": [{"type": "file_search", "filters": {}}]}, "tools[0].filters"),
        ({"tools": [{"type": "file_search", "max_num_results": 0}]}, "tools[0].max_num_results"),
        ({"tools": [{"type": "function"}]}, "tools[0].function"),
    ],
)
def test_what_a_search_cannot_do_is_refused(
    client: FlaskClient, more: dict[str, Any], field: str
) -> None:
    response = client.post(CHAT, json={**conversation("?", tools=[FILE_SEARCH]), **more})
    assert (response.status_code, response.json["error"]["param"]) == (400, field)


def test_a_search_that_must_be_made_is_made_once(model: Model) -> None:
    client = model(call(query="zebras"), ANSWER)
    body = conversation("Zebras?", tools=[FILE_SEARCH], tool_choice={"type": "file_search"})
    answer = client.post(CHAT, json=body).json
    assert answer["choices"][0]["message"]["content"] == ANSWER


def test_a_response_tells_its_search_and_where_sentences_stand(
    model: Model, zoo: dict[str, str], client: FlaskClient
) -> None:
    zebras = zoo["zebras.txt"]
    store = client.post("/v1/vector_stores", json={"name": "zoo", "file_ids": [zebras]}).json["id"]
    tool = {"type": "file_search", "vector_store_ids": [store], "max_num_results": 2}
    body = {
        "input": "Zebras?",
        "tools": [tool],
        "include": ["file_search_call.results"],
    }
    asked = model(f"Let me see.{call(query='熊猫 zebras')}", ANSWER)
    answer = asked.post("/v1/responses", json=body).json
    before, search, message = answer["output"]
    assert before["content"][0]["text"] == "Let me see.\n\n"
    assert (search["type"], search["queries"]) == ("file_search_call", ["熊猫 zebras"])
    assert [each["filename"] for each in search["results"]] == ["zebras.txt"]
    [part] = message["content"]
    assert part["text"] == ANSWER
    [note] = part["annotations"]
    assert (note["type"], note["file_id"], note["filename"]) == (
        *("file_citation", zebras),
        "zebras.txt",
    )
    assert part["text"][: note["index"]].endswith("grass.")

    asked = model(call(query="zebras"), ANSWER)
    events = parts_of(asked.post("/v1/responses", json={**body, "stream": True}))
    names = [each["type"] for each in events]
    assert names.index("response.file_search_call.completed") < names.index(
        "response.output_text.delta"
    )
    [added] = [each for each in events if each["type"].endswith("annotation.added")]
    assert added["annotation"]["file_id"] == zebras
    assert [each["sequence_number"] for each in events] == list(range(len(events)))
