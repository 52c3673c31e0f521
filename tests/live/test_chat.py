from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.chat.answer import answer
from app.chat.reply import Arguments, Content, Finished, ToolCall
from app.chat.request import ChatRequest, Named, ResponseFormat, Tool
from app.engine.engine import Engine
from app.engine.request import Generation, Sampling

pytestmark = pytest.mark.live

WEATHER = Tool(
    "weather",
    "The weather in a city",
    {
        "type": "object",
        "properties": {
            "city": {"type": "string", "maxLength": 20},
            "days": {"type": "integer", "minimum": 1, "maximum": 7},
            "unit": {"enum": ["C", "F"]},
        },
        "required": ["city", "unit"],
    },
)
CLOCK = Tool("clock", "The time", {"type": "object", "properties": {}})
QUESTION = ({"role": "user", "content": "What is the weather in Paris?"},)
PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 12},
        "born": {"type": "string", "format": "date"},
        "codes": {
            "type": "array",
            "items": {"type": "string", "pattern": "^[A-Z]{2}\\d$"},
            "minItems": 1,
            "maxItems": 3,
        },
    },
    "required": ["name", "born", "codes"],
}


def asked(**fields: Any) -> ChatRequest:
    generation = Generation((), 200, Sampling(temperature=0.8, seed=7))
    return ChatRequest(messages=QUESTION, generation=generation, **fields)


def calls(engine: Engine, request: ChatRequest) -> tuple[list[tuple[str, Any]], str]:
    """Each call's name and arguments, and why the answer ended."""
    names: list[str] = []
    texts: list[str] = []
    for event in answer(engine, request):
        if isinstance(event, ToolCall):
            names.append(event.name)
            texts.append("")
        elif isinstance(event, Arguments):
            texts[event.index] += event.text
        elif isinstance(event, Finished):
            found = [(name, json.loads(text)) for name, text in zip(names, texts, strict=True)]
            return found, event.reason
        else:
            pytest.fail(f"text where a call is required: {event}")
    raise AssertionError("a reply ends with Finished")


def test_a_required_call_has_arguments_that_fit_its_schema(engine: Engine) -> None:
    request = asked(tools=(WEATHER, CLOCK), tool_choice="required", parallel_tool_calls=False)
    found, reason = calls(engine, request)
    assert reason == "tool_calls"
    ((name, arguments),) = found
    tool = next(each for each in (WEATHER, CLOCK) if each.name == name)
    Draft202012Validator(tool.parameters).validate(arguments)


def test_a_named_tool_is_called_and_no_other(engine: Engine) -> None:
    found, _ = calls(engine, asked(tools=(WEATHER, CLOCK), tool_choice=Named("clock")))
    assert found == [("clock", {})]


def test_a_call_of_the_models_own_accord_is_read_and_fits_its_schema(engine: Engine) -> None:
    # Small models need to see how it is done before they do it.
    simple = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"enum": ["C", "F"]}},
        "required": ["city", "unit"],
    }
    known = {"Paris": 18, "Rome": 25, "Berlin": 12, "Madrid": 28, "Vienna": 16, "Lisbon": 22}
    messages = [said for city, degrees in known.items() for said in exchange(city, degrees)]
    request = ChatRequest(
        messages=[*messages, {"role": "user", "content": "What is the weather in Oslo?"}],
        tools=(Tool("weather", "The weather in a city", simple),),
        generation=Generation((), 100, Sampling(temperature=0)),
    )
    found, reason = calls(engine, request)
    assert reason == "tool_calls"
    [(name, arguments)] = found
    assert name == "weather"
    Draft202012Validator(simple).validate(arguments)


def exchange(city: str, degrees: int) -> list[dict[str, Any]]:
    """A question, the call, its result, and the answer."""
    arguments = json.dumps({"city": city, "unit": "C"})
    call = {"id": "1", "function": {"name": "weather", "arguments": arguments}}
    return [
        {"role": "user", "content": f"What is the weather in {city}?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": f"{degrees} degrees"},
        {"role": "assistant", "content": f"{degrees} degrees."},
    ]


def test_json_schema_holds(engine: Engine) -> None:
    *events, last = answer(engine, asked(response_format=ResponseFormat(PERSON)))
    text = "".join(event.text for event in events if isinstance(event, Content))
    assert isinstance(last, Finished)
    assert last.reason == "stop"
    Draft202012Validator(PERSON, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        json.loads(text)
    )


def test_json_object_is_an_object(engine: Engine) -> None:
    *events, last = answer(engine, asked(response_format=ResponseFormat()))
    text = "".join(event.text for event in events if isinstance(event, Content))
    assert text.startswith("{")
    if isinstance(last, Finished) and last.reason == "stop":
        assert isinstance(json.loads(text), dict)
