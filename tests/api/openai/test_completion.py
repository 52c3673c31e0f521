from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.serving import events_of

COMPLETIONS = "/v1/completions"


def complete(client: FlaskClient, **fields: Any) -> Any:
    return client.post(COMPLETIONS, json={"prompt": "Hello", **fields}).json


def test_a_prompt_is_continued(client: FlaskClient) -> None:
    answer = complete(client, max_tokens=3)
    assert answer["object"] == "text_completion"
    assert answer["choices"] == [
        {"text": "Hel", "index": 0, "logprobs": None, "finish_reason": "length"}
    ]
    assert answer["usage"]["total_tokens"] == 8


def test_several_prompts_have_several_choices_each(client: FlaskClient) -> None:
    answer = complete(client, prompt=["a", "bc"], n=2)
    assert [each["text"] for each in answer["choices"]] == ["a", "a", "bc", "bc"]
    assert [each["index"] for each in answer["choices"]] == [0, 1, 2, 3]
    assert answer["usage"]["prompt_tokens"] == len("abc")


def test_the_prompt_is_repeated_where_asked_for(client: FlaskClient) -> None:
    assert complete(client, echo=True)["choices"][0]["text"] == "HelloHello"
    sent = {"prompt": "Hi", "echo": True, "stream": True}
    chunks = events_of(client.post(COMPLETIONS, json=sent))
    assert "".join(each["choices"][0]["text"] for each in chunks) == "HiHi"


def test_tokens_have_logprobs_and_offsets(client: FlaskClient) -> None:
    logprobs = complete(client, logprobs=1)["choices"][0]["logprobs"]
    assert logprobs["tokens"] == list("Hello")
    assert logprobs["text_offset"] == [0, 1, 2, 3, 4]
    assert logprobs["top_logprobs"][0] == {"H": 0.0}


def test_a_stream_ends_with_the_reason_and_where_asked_for_the_usage(client: FlaskClient) -> None:
    sent = {"prompt": "Hi", "stream": True, "stream_options": {"include_usage": True}}
    *texts, last, usage = events_of(client.post(COMPLETIONS, json=sent))
    assert "".join(each["choices"][0]["text"] for each in texts) == "Hi"
    assert last["choices"][0]["finish_reason"] == "stop"
    assert (usage["choices"], usage["usage"]["completion_tokens"]) == ([], 3)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"best_of": 3}, "best_of"),
        ({"echo": True, "logprobs": 1}, "logprobs"),
        ({"suffix": "x", "prompt": ["a"]}, "suffix"),
        ({"prompt": 5.5}, "prompt"),
        ({"n": 0}, "n"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    client: FlaskClient, fields: dict[str, Any], field: str
) -> None:
    response = client.post(COMPLETIONS, json={"prompt": "Hi", **fields})
    assert response.status_code == 400
    assert response.json["error"]["param"] == field
