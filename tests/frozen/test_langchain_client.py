"""LangChain's OpenAI chat model against the built file."""

from __future__ import annotations

import pytest
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

from tests.started import Started

pytestmark = pytest.mark.frozen

QUESTION = "How warm is it in Rome?"


class Place(BaseModel):
    """A place."""

    name: str
    capital: bool


@tool
def weather(city: str) -> str:
    """The weather in a city."""
    return f"Sunny in {city}."


@pytest.fixture
def model(server: Started) -> ChatOpenAI:
    return ChatOpenAI(
        base_url=f"{server.url}/v1", api_key="none", model="any", temperature=0, max_tokens=60
    )


def test_a_stream_says_the_same_as_the_whole(model: ChatOpenAI) -> None:
    # Only one answer is possible: the order in which llama.cpp adds up depends on where in its
    # memory tokens lie, and turns the near ties of so small a model.
    only = "It is twenty degrees warm in Rome, and the sky is blue."
    bound = model.bind(extra_body={"grammar": f'root ::= "{only}"'})
    whole = bound.invoke(QUESTION)
    assert whole.content == only
    assert whole.usage_metadata["output_tokens"] > 0
    chunks = [str(chunk.content) for chunk in bound.stream(QUESTION)]
    assert "".join(chunks) == only
    assert len(chunks) > 3


def test_an_answer_fits_the_schema_that_was_asked_for(model: ChatOpenAI) -> None:
    structured = model.with_structured_output(Place, method="json_schema")
    assert isinstance(structured.invoke("Describe Rome."), Place)


def test_a_tool_is_called_and_its_result_goes_back(model: ChatOpenAI) -> None:
    bound = model.bind_tools([weather], tool_choice="weather")
    said = bound.invoke(QUESTION)
    [call] = said.tool_calls
    assert (call["name"], set(call["args"])) == ("weather", {"city"})
    result = ToolMessage(weather.invoke(call["args"]), tool_call_id=call["id"])
    assert model.invoke([HumanMessage(QUESTION), said, result]).content is not None
