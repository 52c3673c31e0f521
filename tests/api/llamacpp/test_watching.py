"""Props, slots and metrics: what is served, and what was done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.api.services import Endpoints, Services
from app.engine.engine import Engine
from app.engine.prefixes.prefixes import Caches
from tests.api.serving import CHAT, client_of, conversation
from tests.fakes.llama import ScriptedLlama


def test_props_tell_what_is_served(services: Services) -> None:
    client = client_of(replace(services, model_path="/models/a.gguf"))
    props = client.get("/props").json
    assert props["total_slots"] == 4
    assert props["default_generation_settings"]["n_ctx"] == 4096
    assert props["default_generation_settings"]["params"]["temperature"] == 0.8
    assert props["model_path"] == "/models/a.gguf"
    assert "im_start" in props["chat_template"]
    assert client.post("/props", json={}).status_code == 501


def test_slots_tell_what_each_did_last_and_nothing_of_what_was_said(client: FlaskClient) -> None:
    assert all("params" not in slot for slot in client.get("/slots").json)
    client.post(CHAT, json=conversation("my secret", temperature=0.5))
    slots = client.get("/slots")
    [used] = [slot for slot in slots.json if "params" in slot]
    assert used["params"]["temperature"] == 0.5
    assert (used["is_processing"], used["n_ctx"]) == (False, 4096)
    assert used["next_token"][0]["n_remain"] == -1
    assert "secret" not in slots.text


def test_what_is_switched_off_says_how_to_switch_it_on(services: Services) -> None:
    client = client_of(replace(services, endpoints=Endpoints(slots=False, metrics=False)))
    for path, flag in (("/slots", "--no-slots"), ("/metrics", "--metrics")):
        response = client.get(path)
        assert response.status_code == 501
        assert response.json["error"]["type"] == "not_supported_error"
        assert flag in response.json["error"]["message"]


def test_metrics_are_the_sums_of_what_answers_told(services: Services) -> None:
    client = client_of(replace(services, endpoints=Endpoints(metrics=True)))
    answers = [client.post(CHAT, json=conversation("Hello" * n)).json for n in (1, 2, 2)]
    response = client.get("/metrics")
    found = dict(re.findall(r"^llamacpp:(\w+) (\S+)$", response.text, re.M))
    for name, field in (
        ("prompt_tokens_total", "prompt_n"),
        ("prompt_tokens_cached_total", "cache_n"),
        ("tokens_predicted_total", "predicted_n"),
    ):
        assert float(found[name]) == sum(answer["timings"][field] for answer in answers)
    seconds = sum(answer["timings"]["prompt_ms"] for answer in answers) / 1000
    assert float(found["prompt_seconds_total"]) == pytest.approx(seconds)
    assert float(found["requests_processing"]) == 0
    assert response.headers["Process-Start-Time-Unix"]
    names = set(re.findall(r"^# TYPE llamacpp:(\w+) (?:counter|gauge)$", response.text, re.M))
    assert names == set(found)


@pytest.fixture
def saving(services: Services, tmp_path: Path) -> Iterator[FlaskClient]:
    llama = ScriptedLlama()
    engine = Engine(lambda report: llama, caches=Caches(slot_folder=tmp_path))
    engine.wait_ready(5)
    yield client_of(replace(services, engine=engine))
    engine.close()


def test_a_slot_is_saved_erased_and_restored(saving: FlaskClient) -> None:
    sent = {"prompt": "Hello", "id_slot": 1}
    saving.post("/completion", json=sent)
    file = {"filename": "one.bin"}
    saved = saving.post("/slots/1?action=save", json=file).json
    assert (saved["id_slot"], saved["filename"]) == (1, "one.bin")
    assert saved["n_written"] > 0
    erased = saving.post("/slots/1?action=erase").json
    assert erased == {"id_slot": 1, "n_erased": saved["n_saved"]}
    restored = saving.post("/slots/0?action=restore", json=file).json
    assert restored["n_restored"] == saved["n_saved"]
    assert restored["n_read"] == saved["n_written"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/slots/1?action=dance", {}, "action"),
        ("/slots/1", {}, "action"),
        ("/slots/99?action=erase", {}, "id_slot"),
        ("/slots/1?action=save", {}, "filename"),
        ("/slots/1?action=save", {"filename": "../x"}, "filename"),
        ("/slots/1?action=restore", {"filename": "no-such"}, "filename"),
    ],
)
def test_what_cannot_be_done_with_a_slot_is_refused(
    saving: FlaskClient, path: str, body: object, field: str
) -> None:
    response = saving.post(path, json=body)
    assert response.status_code == 400
    assert response.json["error"]["param"] == field
