from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from app.bundle.page import PageFiles
from app.engine.engine import Engine
from app.engine.reply import Reply
from app.engine.request import Generation, Sampling
from tests.api.serving import CHAT, client_of, conversation, events_of
from tests.fakes.engine import engine_of, scripted_engine
from tests.fakes.llama import ScriptedLlama

END = 1  # the token that ends an answer is counted too


def test_an_answer_comes_whole_with_usage_and_timings(client: FlaskClient) -> None:
    answer = client.post(CHAT, json=conversation("Hello, 世界")).json
    assert answer["object"] == "chat.completion"
    assert answer["model"] == "scripted"
    assert answer["id"].startswith("chatcmpl-")
    [choice] = answer["choices"]
    assert choice["message"] == {"role": "assistant", "content": "Hello, 世界"}
    assert choice["finish_reason"] == "stop"
    assert answer["usage"]["completion_tokens"] == len("Hello, 世界".encode()) + END
    assert answer["usage"]["total_tokens"] == sum(
        answer["usage"][name] for name in ("prompt_tokens", "completion_tokens")
    )
    assert answer["timings"]["predicted_n"] == answer["usage"]["completion_tokens"]
    assert answer["timings"]["predicted_per_second"] > 0


def test_a_stream_begins_with_the_role_and_ends_with_the_reason(client: FlaskClient) -> None:
    response = client.post(CHAT, json=conversation("世界", stream=True))
    assert response.mimetype == "text/event-stream"
    first, *middle, last = events_of(response)
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": None}
    assert "".join(chunk["choices"][0]["delta"]["content"] for chunk in middle) == "世界"
    assert last["choices"][0] == {"index": 0, "delta": {}, "finish_reason": "stop"}
    assert last["timings"]["predicted_n"] == len("世界".encode()) + END
    assert len({chunk["id"] for chunk in (first, *middle, last)}) == 1


def test_several_choices_are_streamed_as_they_come() -> None:
    asked = threading.Event()
    llama = ScriptedLlama(lambda prompt: "x" * 40, before_decode=lambda spans: asked.wait(10))
    services = Services(engine_of(llama), PageFiles.none(), "scripted", "1.2.3")
    response = client_of(services).post(CHAT, json=conversation(stream=True, n=2))
    asked.set()  # no step was decoded before both were there
    choices = [chunk["choices"][0] for chunk in events_of(response)]
    texts = [each["index"] for each in choices if each["delta"].get("content")]
    assert len(texts) == 80
    assert 0 in texts[texts.index(1) :]
    assert 1 in texts[texts.index(0) :]
    assert texts.index(1) < 40
    assert [each["index"] for each in choices if each["finish_reason"]] in ([0, 1], [1, 0])
    services.engine.close()


def test_thoughts_go_where_they_are_wanted(services: Services) -> None:
    engine = scripted_engine("<think>Hm.</think>Yes.")
    client = client_of(replace(services, engine=engine))
    for form, told in (
        ("deepseek", ("Yes.", "Hm.")),
        ("deepseek-legacy", ("Yes.", "Hm.")),
        ("none", ("<think>Hm.</think>Yes.", None)),
    ):
        whole = client.post(CHAT, json=conversation(reasoning_format=form)).json
        message = whole["choices"][0]["message"]
        assert (message["content"], message.get("reasoning_content")) == told
    for form, text in (("deepseek", "Yes."), ("deepseek-legacy", "<think>Hm.</think>Yes.")):
        asked = conversation(reasoning_format=form, stream=True)
        deltas = [
            chunk["choices"][0]["delta"] for chunk in events_of(client.post(CHAT, json=asked))
        ]
        assert "".join(each.get("content") or "" for each in deltas) == text
    engine.close()


def test_usage_comes_in_a_chunk_of_its_own_when_asked_for(client: FlaskClient) -> None:
    asked = conversation("Hi", stream=True, stream_options={"include_usage": True})
    *chunks, last = events_of(client.post(CHAT, json=asked))
    assert last["choices"] == []
    assert last["usage"]["completion_tokens"] == len("Hi") + END
    assert all("usage" not in chunk for chunk in chunks)


def test_a_limit_of_tokens_ends_an_answer(client: FlaskClient) -> None:
    for limit in ({"max_tokens": 3}, {"max_completion_tokens": 3, "max_tokens": 5}):
        [choice] = client.post(CHAT, json=conversation("Hello", **limit)).json["choices"]
        assert (choice["message"]["content"], choice["finish_reason"]) == ("Hel", "length")


def test_minus_one_is_no_limit(client: FlaskClient) -> None:
    answer = client.post(CHAT, json=conversation("Hello", max_tokens=-1)).json
    assert answer["choices"][0]["message"]["content"] == "Hello"


@pytest.mark.parametrize("stop", ["lo", ["x", "lo"]])
def test_a_stop_string_ends_an_answer_in_front_of_it(client: FlaskClient, stop: object) -> None:
    [choice] = client.post(CHAT, json=conversation("Hello", stop=stop)).json["choices"]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("Hel", "stop")


def test_text_parts_and_every_role_reach_the_template(services: Services) -> None:
    prompts: list[str] = []
    with_prompts = scripted_engine(lambda prompt: prompts.append(prompt) or "ok")
    messages = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
        {"role": "assistant", "content": "c"},
        {"role": "user", "content": "d"},
    ]
    client = client_of(Services(with_prompts, services.page, "scripted", "1.2.3"))
    assert client.post(CHAT, json={"messages": messages}).status_code == 200
    with_prompts.close()
    [prompt] = prompts
    turns = ("system\nBe brief.", "user\na\nb", "assistant\nc", "user\nd")
    places = [prompt.index(f"<|im_start|>{turn}<|im_end|>") for turn in turns]
    assert places == sorted(places)


def test_sampling_reaches_the_engine_and_what_is_not_sent_keeps_its_default(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    generations: list[Generation] = []
    submit = engine.submit

    def noted(generation: Generation) -> Reply:
        generations.append(generation)
        return submit(generation)

    monkeypatch.setattr(engine, "submit", noted)
    sent = {
        "temperature": 0,
        "top_p": 0.5,
        "top_k": -1,
        "min_p": 0.1,
        "repeat_penalty": 1.1,
        "presence_penalty": -1,
        "frequency_penalty": 1,
        "seed": 7,
    }
    client.post(CHAT, json=conversation(**sent))
    client.post(CHAT, json=conversation(seed=-1, temperature=None))
    client.post(CHAT, json=conversation(seed=2**70))
    assert generations[0].sampling == Sampling(**{**sent, "top_k": 0})  # type: ignore[arg-type]
    assert generations[1].sampling == Sampling()
    assert 0 <= (generations[2].sampling.seed or -1) < 2**32


def test_fields_that_ask_for_nothing_special_are_no_obstacle(client: FlaskClient) -> None:
    harmless = {
        "model": "gpt-4o",
        "n": 1,
        "tools": [],
        "logprobs": False,
        "response_format": {"type": "text"},
        "user": "someone",
        "store": None,
        "metadata": {"any": ["thing"]},
    }
    assert client.post(CHAT, json=conversation(**harmless)).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("functions", [{"name": "f"}]),
        ("function_call", {"name": "f"}),
        ("modalities", ["audio"]),
        ("audio", {"voice": "alloy"}),
        ("web_search_options", {}),
    ],
)
def test_what_is_not_supported_is_refused_by_name(
    client: FlaskClient, field: str, value: object
) -> None:
    response = client.post(CHAT, json=conversation(**{field: value}))
    assert response.status_code == 400
    assert response.json["error"]["param"] == field
    assert response.json["error"]["code"] == "unsupported_parameter"


def test_an_image_is_refused_by_its_place(client: FlaskClient) -> None:
    parts = [{"type": "text", "text": "?"}, {"type": "image_url", "image_url": {"url": "data:,"}}]
    response = client.post(CHAT, json={"messages": [{"role": "user", "content": parts}]})
    assert response.status_code == 400
    assert response.json["error"]["param"] == "messages[0].content[1].type"


def test_template_variables_may_not_replace_the_conversation(client: FlaskClient) -> None:
    fine = conversation(chat_template_kwargs={"enable_thinking": False})
    assert client.post(CHAT, json=fine).status_code == 200
    for name in ("messages", "self"):
        response = client.post(CHAT, json=conversation(chat_template_kwargs={name: []}))
        assert response.status_code == 400
        assert response.json["error"]["param"] == f"chat_template_kwargs.{name}"


def test_a_prompt_that_does_not_fit_is_refused_with_both_sizes(client: FlaskClient) -> None:
    for stream in (False, True):
        response = client.post(CHAT, json=conversation("x" * 5000, stream=stream))
        assert response.status_code == 400
        error: dict[str, Any] = response.json["error"]
        assert error["code"] == "context_length_exceeded"
        assert error["n_prompt_tokens"] > 5000
        assert error["n_ctx"] == 4096


def test_a_failure_of_the_engine_in_mid_stream_is_an_event() -> None:
    def break_down(spans: object) -> None:
        if len(llama.calls) == 2:
            raise RuntimeError("out of order")

    llama = ScriptedLlama(before_decode=break_down)
    engine = engine_of(llama)
    client = client_of(Services(engine, PageFiles.none(), "scripted", "1.2.3"))
    response = client.post(CHAT, json=conversation(stream=True))
    text = response.get_data(as_text=True)
    engine.close()
    assert response.status_code == 200
    assert '"type":"server_error"' in text.split("\n\n")[-2]
    assert "[DONE]" not in text


def test_a_failure_of_the_engine_is_an_error_when_nothing_was_sent() -> None:
    def break_down(spans: object) -> None:
        raise RuntimeError("out of order")

    engine = engine_of(ScriptedLlama(before_decode=break_down))
    client = client_of(Services(engine, PageFiles.none(), "scripted", "1.2.3"))
    response = client.post(CHAT, json=conversation())
    engine.close()
    assert response.status_code == 500
    assert response.json["error"]["type"] == "server_error"
