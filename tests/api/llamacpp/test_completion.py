from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.api.services import Defaults, Services
from app.engine.engine import Engine
from app.engine.request import Generation, Sampling
from app.engine.scheduler import Limits
from tests.api.serving import client_of, parts_of
from tests.fakes.engine import engine_of
from tests.fakes.llama import FACTS, ScriptedLlama

COMPLETION = "/completion"


def complete(client: FlaskClient, **fields: Any) -> Any:
    return client.post(COMPLETION, json={"prompt": "Hello", **fields}).json


def test_a_prompt_is_continued_and_all_is_told(client: FlaskClient) -> None:
    answer = complete(client, n_predict=3)
    assert (answer["content"], answer["stop"], answer["stop_type"]) == ("Hel", True, "limit")
    assert (answer["tokens_evaluated"], answer["tokens_predicted"]) == (5, 3)
    assert answer["prompt"] == "Hello"
    assert answer["generation_settings"]["n_predict"] == 3
    assert answer["timings"]["predicted_n"] == 3
    assert answer["tokens"] == []
    assert not answer["truncated"]


def test_why_it_ended_is_told(client: FlaskClient) -> None:
    assert complete(client)["stop_type"] == "eos"
    stopped = complete(client, stop=["lo"])
    assert (stopped["stop_type"], stopped["stopping_word"]) == ("word", "lo")
    assert stopped["content"] == "Hel"


def test_a_full_context_is_told(client: FlaskClient) -> None:
    answer = complete(client, prompt="x" * 4090)
    assert answer["truncated"]
    assert answer["stop_type"] == "limit"


def test_an_answer_that_outgrew_its_context_is_told(services: Services) -> None:
    facts = replace(FACTS, context_tokens=32, sequence_tokens=32)
    llama = ScriptedLlama(lambda prompt: "0123456789" * 10, facts)
    engine = engine_of(llama, Limits(shifts=True))
    client = client_of(replace(services, engine=engine))
    answer = complete(client, n_predict=96, n_keep=5, n_discard=4)
    assert (answer["tokens_predicted"], answer["stop_type"]) == (96, "limit")
    assert answer["truncated"]
    assert any(bytes(held).startswith(b"Hello") for held in llama.held.values())
    assert client.get("/slots").json[0]["next_token"][0]["n_remain"] == -1
    engine.close()


def test_tokens_are_told_where_asked_for(client: FlaskClient) -> None:
    assert bytes(complete(client, return_tokens=True)["tokens"]) == b"Hello"


def test_a_stream_ends_with_all_but_the_text(client: FlaskClient) -> None:
    *parts, last = parts_of(client.post(COMPLETION, json={"prompt": "Hello", "stream": True}))
    assert "".join(part["content"] for part in parts) == "Hello"
    assert all(part["tokens"] and not part["stop"] for part in parts)
    assert (last["content"], last["stop"], last["tokens_predicted"]) == ("", True, 6)


@pytest.mark.parametrize(
    "prompt",
    [[72, 105], [72, "i"], {"prompt_string": "Hi"}],
    ids=["tokens", "tokens and text", "an object"],
)
def test_a_prompt_may_be_written_in_several_ways(client: FlaskClient, prompt: Any) -> None:
    assert complete(client, prompt=prompt)["content"] == "Hi"


def test_several_prompts_have_several_answers(client: FlaskClient) -> None:
    answers = complete(client, prompt=["one", [116, 119, 111], {"prompt_string": "three"}])
    assert [each["content"] for each in answers] == ["one", "two", "three"]
    assert [each["index"] for each in answers] == [0, 1, 2]


@pytest.mark.parametrize(
    ("prompt", "field"),
    [
        (5.5, "prompt"),
        (None, "prompt"),
        ([], "prompt"),
        (["a", 1.5], "prompt[1]"),
        ([72, True], "prompt[1]"),
        ([72, -1], "prompt[1]"),
        ([[72, 9999]], "prompt"),
        ({"text": "a"}, "prompt.prompt_string"),
        ({"prompt_string": "a", "multimodal_data": ["x"]}, "prompt.multimodal_data"),
    ],
)
def test_a_wrong_prompt_is_refused_by_its_place(
    client: FlaskClient, prompt: Any, field: str
) -> None:
    response = client.post(COMPLETION, json={"prompt": prompt})
    assert response.status_code == 400
    error = response.json["error"]
    assert (error["code"], error["type"]) == (400, "invalid_request_error")
    assert error["param"] == field


def test_a_prompt_that_does_not_fit_is_refused_with_both_sizes(client: FlaskClient) -> None:
    error = complete(client, prompt="x" * 5000)["error"]
    assert (error["n_prompt_tokens"], error["n_ctx"]) == (5000, 4096)
    assert error["param"] == "prompt"


def test_only_the_fields_that_are_wanted_are_told(client: FlaskClient) -> None:
    wanted = ["content", "generation_settings/n_predict", "no/such"]
    answer = complete(client, n_predict=3, response_fields=wanted)
    assert answer == {"content": "Hel", "generation_settings/n_predict": 3}


def test_each_token_has_its_probabilities(client: FlaskClient) -> None:
    [first, *_] = complete(client, n_probs=1)["completion_probabilities"]
    assert (first["id"], first["token"], first["bytes"], first["logprob"]) == (72, "H", [72], 0.0)
    assert first["top_logprobs"][0]["id"] == 72
    [after, *_] = complete(client, n_probs=1, post_sampling_probs=True)["completion_probabilities"]
    assert after["prob"] == after["top_probs"][0]["prob"] == 1.0


def test_progress_comes_before_the_text_where_asked_for(client: FlaskClient) -> None:
    sent = {
        **{"prompt": "Hello" * 300, "n_predict": 2, "stream": True},
        **{"return_progress": True, "timings_per_token": True},
    }
    parts = parts_of(client.post(COMPLETION, json=sent))
    progress = [part["prompt_progress"] for part in parts if "prompt_progress" in part]
    assert progress[0]["processed"] == progress[0]["cache"] == 0
    assert progress[-1]["processed"] == progress[-1]["total"] == 1500
    assert len(progress) > 2
    assert parts[0]["timings"]["prompt_ms"] == 0
    assert [part["timings"]["predicted_n"] for part in parts if part["content"]] == [1, 2]


@pytest.fixture
def asked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[Generation]:
    """What the engine is asked for, as it is asked."""
    generations: list[Generation] = []
    submit = engine.submit
    monkeypatch.setattr(engine, "submit", lambda each: (generations.append(each), submit(each))[1])
    return generations


def test_what_is_sent_reaches_the_engine(client: FlaskClient, asked: list[Generation]) -> None:
    complete(
        client,
        **{"xtc_probability": 0.5, "mirostat": 2, "dry_sequence_breakers": ["x"]},
        **{"samplers": ["top-k", "temp"], "logit_bias": [[72, 1.5], ["e", False]]},
        **{"cache_prompt": False, "id_slot": 2, "t_max_predict_ms": 500, "pinned": True},
    )
    [generation] = asked
    assert generation.sampling == Sampling(
        xtc_probability=0.5,
        mirostat=2,
        dry_sequence_breakers=("x",),
        samplers=("top_k", "temperature"),
        logit_bias=((72, 1.5), (101, float("-inf"))),
    )
    assert (generation.keep_cache, generation.slot, generation.pinned) == (False, 2, True)
    assert generation.time_limit_s == 0.5


def test_what_is_not_sent_is_the_servers(services: Services, asked: list[Generation]) -> None:
    defaults = Defaults(Sampling(temperature=0.1, seed=5), max_tokens=2)
    client = client_of(replace(services, defaults=defaults))
    assert complete(client)["tokens_predicted"] == 2
    assert complete(client, n_predict=4, seed=6)["generation_settings"]["temperature"] == 0.1
    assert [each.sampling.seed for each in asked] == [5, 6]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("samplers", ["no_such"]),
        ("logit_bias", [["a"]]),
        ("logit_bias", {"a": True}),
        ("logit_bias", {"99999": 1}),
        ("n_predict", -2),
        ("n_probs", 1000),
        ("id_slot", 99),
        ("lora", [{"id": 7, "scale": 1}]),
        ("grammar", "root ::= ("),
        ("json_schema", {"type": "hiccup"}),
    ],
)
def test_a_wrong_value_is_refused_by_its_field(client: FlaskClient, field: str, value: Any) -> None:
    response = client.post(COMPLETION, json={"prompt": "Hi", field: value})
    assert response.status_code == 400
    assert response.json["error"]["param"].startswith(field)


def test_a_prompt_may_be_read_alone(client: FlaskClient) -> None:
    answer = complete(client, n_predict=0)
    assert (answer["content"], answer["tokens_predicted"]) == ("", 0)
    assert answer["stop_type"] == "limit"
    assert answer["timings"]["prompt_n"] == answer["tokens_evaluated"]
    assert complete(client, n_predict=1)["timings"]["cache_n"] > 0


def test_the_slot_that_worked_is_told(client: FlaskClient) -> None:
    assert complete(client, id_slot=2)["id_slot"] == 2
    assert complete(client)["id_slot"] in range(4)
