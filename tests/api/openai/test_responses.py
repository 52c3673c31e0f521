from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from tests.api.serving import client_of, parts_of
from tests.fakes.engine import scripted_engine

RESPONSES = "/v1/responses"
WEATHER = {
    "type": "function",
    "name": "weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}
CALL = '{"name": "weather", "arguments": {"city": "Rome"}}'


def respond(client: FlaskClient, **fields: Any) -> Any:
    return client.post(RESPONSES, json={"input": "Hello", **fields}).json


def test_an_answer_is_an_item_of_the_output(client: FlaskClient) -> None:
    response = respond(client)
    [item] = response["output"]
    assert (item["type"], item["role"], item["status"]) == ("message", "assistant", "completed")
    assert item["content"][0]["text"] == "Hello"
    assert response["status"] == "completed"
    assert response["usage"]["output_tokens"] == 6


def test_what_a_limit_cut_off_is_incomplete(client: FlaskClient) -> None:
    response = respond(client, max_output_tokens=2)
    assert response["status"] == "incomplete"
    assert response["incomplete_details"] == {"reason": "max_output_tokens"}


def test_events_begin_and_end_everything_that_grows(client: FlaskClient) -> None:
    events = parts_of(client.post(RESPONSES, json={"input": "Hi", "stream": True}))
    assert [each["type"].removeprefix("response.") for each in events] == [
        *("created", "in_progress", "output_item.added", "content_part.added"),
        *("output_text.delta", "output_text.delta", "output_text.done"),
        *("content_part.done", "output_item.done", "completed"),
    ]
    assert [each["sequence_number"] for each in events] == list(range(len(events)))
    assert len({each["item_id"] for each in events if "item_id" in each}) == 1
    assert events[-1]["response"]["output"][0]["content"][0]["text"] == "Hi"


def test_progress_and_times_are_told_where_asked_for(client: FlaskClient) -> None:
    sent = {"input": "Hi", "stream": True, "return_progress": True, "timings_per_token": True}
    events = parts_of(client.post(RESPONSES, json=sent))
    progress = [each["prompt_progress"] for each in events if "prompt_progress" in each]
    assert progress[-1]["processed"] == progress[-1]["total"]
    deltas = [each for each in events if each["type"] == "response.output_text.delta"]
    assert [each["timings"]["predicted_n"] for each in deltas] == [1, 2]


def test_a_call_is_an_item_with_arguments_that_grow(services: Services) -> None:
    engine = scripted_engine(lambda prompt: CALL if "weather" in prompt else "no tools")
    client = client_of(replace(services, engine=engine))
    sent = {"input": "Hi", "tools": [WEATHER], "tool_choice": "required"}
    events = parts_of(client.post(RESPONSES, json={**sent, "stream": True}))
    whole = client.post(RESPONSES, json=sent).json
    engine.close()
    [call] = whole["output"]
    assert (call["type"], call["name"]) == ("function_call", "weather")
    parts = [each for each in events if each["type"].endswith("arguments.delta")]
    assert "".join(each["delta"] for each in parts) == call["arguments"]


def test_earlier_items_reach_the_template(client: FlaskClient) -> None:
    items = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "input_text", "text": "a"}]},
        {"type": "function_call", "call_id": "1", "name": "weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "1", "output": "Sunny."},
        {"role": "user", "content": "last"},
    ]
    response = respond(client, input=items, instructions="Really.")
    assert response["output"][0]["content"][0]["text"] == "last"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"background": True}, "background"),
        ({"input": [{"type": "computer_call"}]}, "input[0].type"),
        ({"input": [{"role": "user"}]}, "input[0].content"),
        ({"input": [{"content": "a"}]}, "input[0].role"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image"}]}]},
            "input[0].content[0].type",
        ),
        ({"text": {"format": {"type": "json_schema"}}}, "text.format.schema"),
        ({"input": []}, "input"),
    ],
)
def test_what_is_wrong_is_refused_by_its_place(
    client: FlaskClient, fields: dict[str, Any], field: str
) -> None:
    response = client.post(RESPONSES, json={"input": "Hi", **fields})
    assert response.status_code == 400
    assert response.json["error"]["param"] == field
