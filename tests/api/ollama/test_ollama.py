from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.api.ollama.models import quantization
from app.api.services import Services
from tests.api.serving import client_of, parts_of
from tests.fakes.engine import scripted_engine

TURNS = [{"role": "user", "content": "Hello"}]


def test_a_chat_streams_lines_unless_told_not_to(client: FlaskClient) -> None:
    response = client.post("/api/chat", json={"model": "any", "messages": TURNS})
    assert response.mimetype == "application/x-ndjson"
    *lines, last = parts_of(response)
    assert "".join(each["message"]["content"] for each in lines) == "Hello"
    assert not any(each["done"] for each in lines)
    assert (last["done"], last["done_reason"], last["eval_count"]) == (True, "stop", 6)
    assert last["total_duration"] > last["eval_duration"] >= 0
    whole = client.post("/api/chat", json={"messages": TURNS, "stream": False}).json
    assert (whole["message"]["content"], whole["done"]) == ("Hello", True)


def test_a_prompt_is_answered_or_as_it_is_continued(client: FlaskClient) -> None:
    for raw in (False, True):
        sent = {"prompt": "Hello", "raw": raw, "stream": False}
        assert client.post("/api/generate", json=sent).json["response"] == "Hello"


def test_options_say_how(client: FlaskClient) -> None:
    for options, text in (({"num_predict": 2}, "He"), ({"stop": ["l"]}, "He")):
        sent = {"messages": TURNS, "options": options, "stream": False}
        assert client.post("/api/chat", json=sent).json["message"]["content"] == text


def test_a_call_comes_whole_with_its_arguments_as_an_object(services: Services) -> None:
    engine = scripted_engine('{"name": "weather", "arguments": {"city": "Rome"}}')
    client = client_of(replace(services, engine=engine))
    tools = [
        {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
    ]
    lines = parts_of(client.post("/api/chat", json={"messages": TURNS, "tools": tools}))
    engine.close()
    [call] = next(each for each in lines if "tool_calls" in each["message"])["message"][
        "tool_calls"
    ]
    assert call["function"]["name"] == "weather"
    assert call["function"]["arguments"] == {"city": "Rome"}


def test_nothing_to_answer_finds_the_model_loaded(client: FlaskClient) -> None:
    for path, sent in (("/api/chat", {"messages": []}), ("/api/generate", {})):
        assert client.post(path, json={"model": "x", **sent}).json["done_reason"] == "load"


def test_the_model_is_listed_and_shown(client: FlaskClient) -> None:
    [model] = client.get("/api/tags").json["models"]
    shown = client.post("/api/show", json={"model": model["name"]})
    assert "completion" in shown.json["capabilities"]
    assert client.post("/api/show", json={"model": "other"}).status_code == 404
    assert client.get("/api/version").json == {"version": "1.2.3"}
    assert client.get("/api/ps").json["models"][0]["name"] == model["name"]


@pytest.mark.parametrize(
    ("described", "told"), [("Q4_K - Medium", "Q4_K_M"), ("Q8_0", "Q8_0"), ("F16", "F16"), ("", "")]
)
def test_how_weights_are_stored_is_told_as_ollama_does(described: str, told: str) -> None:
    assert quantization(described) == told


@pytest.mark.parametrize(
    ("path", "sent", "word"),
    [
        ("/api/chat", {"messages": [{"role": "boss"}]}, "messages[0].role"),
        ("/api/chat", {"messages": [{**TURNS[0], "images": ["x"]}]}, "messages[0].images"),
        ("/api/chat", {"messages": TURNS, "format": "xml"}, "format"),
        ("/api/chat", {"messages": TURNS, "options": {"top_p": 2}}, "options.top_p"),
        ("/api/generate", {"prompt": "a", "context": [1]}, "context"),
        ("/api/generate", {"prompt": 5}, "prompt"),
    ],
)
def test_an_error_has_ollamas_shape(
    client: FlaskClient, path: str, sent: dict[str, Any], word: str
) -> None:
    response = client.post(path, json=sent)
    assert response.status_code == 400
    assert word in response.json["error"]


def test_progress_is_no_part_of_this_protocol(client: FlaskClient) -> None:
    sent = {"messages": TURNS, "options": {"stream": True, "return_progress": True}}
    *lines, _ = parts_of(client.post("/api/chat", json=sent))
    assert all(each["message"]["content"] for each in lines)
