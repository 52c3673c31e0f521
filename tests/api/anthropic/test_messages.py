from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from app.engine.engine import Engine
from app.engine.request import Generation
from tests.api.serving import client_of, parts_of
from tests.fakes.engine import scripted_engine

MESSAGES = "/v1/messages"
WEATHER = {
    "name": "weather",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}
CALL = '{"name": "weather", "arguments": {"city": "Rome"}}'


def asked(question: Any = "Hello", **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": question}], "max_tokens": 99, **more}


def test_an_answer_is_a_message_of_blocks(client: FlaskClient) -> None:
    message = client.post(MESSAGES, json=asked(system="Be brief.")).json
    assert (message["type"], message["role"]) == ("message", "assistant")
    assert message["content"] == [{"type": "text", "text": "Hello"}]
    assert (message["stop_reason"], message["stop_sequence"]) == ("end_turn", None)
    assert message["usage"]["output_tokens"] == 6
    assert "timings" not in message


def test_why_it_ended_is_told(client: FlaskClient) -> None:
    message = client.post(MESSAGES, json=asked(max_tokens=2)).json
    assert message["stop_reason"] == "max_tokens"
    message = client.post(MESSAGES, json=asked(stop_sequences=["lo"])).json
    assert (message["stop_reason"], message["stop_sequence"]) == ("stop_sequence", "lo")
    assert message["content"][0]["text"] == "Hel"


def test_how_long_an_answer_may_become_must_be_said(client: FlaskClient) -> None:
    for limit in ({}, {"max_tokens": 0}):
        turns = [{"role": "user", "content": "Hello"}]
        response = client.post(MESSAGES, json={"messages": turns, **limit})
        assert response.status_code == 400
        assert response.json["type"] == "error"
        assert response.json["error"]["type"] == "invalid_request_error"
        assert response.json["error"]["message"].startswith("max_tokens: ")
    counted = client.post(f"{MESSAGES}/count_tokens", json={"messages": turns})
    assert counted.json["input_tokens"] > 0


def test_events_begin_and_end_the_message_and_its_block(client: FlaskClient) -> None:
    response = client.post(MESSAGES, json=asked("Hi", stream=True))
    assert response.text.startswith("event: message_start\ndata: ")
    events = parts_of(response)
    assert [each["type"] for each in events] == [
        *("message_start", "content_block_start", "content_block_delta", "content_block_delta"),
        *("content_block_stop", "message_delta", "message_stop"),
    ]
    assert events[0]["message"]["usage"]["input_tokens"] > 0
    assert events[-2]["delta"]["stop_reason"] == "end_turn"


@pytest.fixture
def calling(services: Services) -> Any:
    engine = scripted_engine(CALL)
    yield client_of(replace(services, engine=engine))
    engine.close()


def test_a_call_is_a_block_with_its_input(calling: FlaskClient) -> None:
    sent = asked(tools=[WEATHER], tool_choice={"type": "tool", "name": "weather"})
    message = calling.post(MESSAGES, json=sent).json
    [block] = message["content"]
    assert (block["name"], block["input"]) == ("weather", {"city": "Rome"})
    assert message["stop_reason"] == "tool_use"
    events = parts_of(calling.post(MESSAGES, json={**sent, "stream": True}))
    deltas = [each["delta"] for each in events if each["type"] == "content_block_delta"]
    assert "".join(each["partial_json"] for each in deltas) == '{"city": "Rome"}'


def test_thoughts_are_a_block_of_their_own(services: Services) -> None:
    engine = scripted_engine("<think>Hm.</think>Yes.")
    client = client_of(replace(services, engine=engine))
    message = client.post(MESSAGES, json=asked()).json
    events = parts_of(client.post(MESSAGES, json=asked(stream=True)))
    engine.close()
    assert [each["type"] for each in message["content"]] == ["thinking", "text"]
    starts = [each for each in events if each["type"] == "content_block_start"]
    assert [each["index"] for each in starts] == [0, 1]
    assert any(each.get("delta", {}).get("type") == "signature_delta" for each in events)


def test_results_of_tools_reach_the_template(services: Services) -> None:
    prompts: list[str] = []
    engine = scripted_engine(lambda prompt: prompts.append(prompt) or "ok")
    client = client_of(replace(services, engine=engine))
    turns = [
        {"role": "user", "content": "Weather?"},
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "1", "name": "weather", "input": {"a": 1}}],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "1", "content": "Sunny."},
                {"type": "text", "text": "Well?"},
            ],
        },
    ]
    assert client.post(MESSAGES, json={"messages": turns, "max_tokens": 9}).status_code == 200
    engine.close()
    [prompt] = prompts
    places = [prompt.index(word) for word in ("Weather?", "weather", "Sunny.", "Well?")]
    assert places == sorted(places)


def test_what_is_marked_to_be_cached_is_pinned(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    generations: list[Generation] = []
    submit = engine.submit
    monkeypatch.setattr(engine, "submit", lambda each: (generations.append(each), submit(each))[1])
    marked = [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}]
    client.post(MESSAGES, json=asked(marked))
    client.post(MESSAGES, json=asked())
    assert [each.pinned for each in generations] == [True, False]


def test_tokens_are_counted_without_an_answer(client: FlaskClient) -> None:
    sent = asked()
    del sent["max_tokens"]
    counted = client.post("/v1/messages/count_tokens", json=sent).json
    usage = client.post(MESSAGES, json=asked()).json["usage"]
    assert counted == {"input_tokens": usage["input_tokens"] + usage["cache_read_input_tokens"]}


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        ({"max_tokens": 9}, "messages"),
        (asked([{"type": "image", "source": {}}]), "image input is not supported"),
        (
            asked([{"type": "tool_result", "content": [{"type": "image", "source": {}}]}]),
            "content[0].content[0].type",
        ),
        (asked([{"type": "text"}]), "messages[0].content[0].text"),
        (asked(temperature=-1), "temperature"),
        (asked("x" * 5000), "context size"),
    ],
)
def test_an_error_has_anthropics_shape(client: FlaskClient, sent: Any, word: str) -> None:
    response = client.post(MESSAGES, json=sent)
    assert response.status_code == 400
    assert response.json["type"] == "error"
    assert response.json["error"]["type"] == "invalid_request_error"
    assert word in response.json["error"]["message"]


def test_progress_is_no_part_of_this_protocol(client: FlaskClient) -> None:
    sent = asked("Hi", stream=True, return_progress=True)
    deltas = [each for each in parts_of(client.post(MESSAGES, json=sent)) if "delta" in each]
    assert all(each["delta"].get("text", "x") for each in deltas)
