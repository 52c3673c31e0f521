"""Pictures for a model that sees, in every protocol: they come as pixels, where they were sent."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from app.bundle.page import PageFiles
from app.errors import SourceRefused
from app.language import Text
from tests.api.serving import CHAT, client_of
from tests.api.vision.test_described import anthropic, encoded, openai, url
from tests.fakes.eyes import PLACES, ScriptedEyes, seeing_engine
from tests.fakes.llama import ScriptedLlama
from tests.fakes.sight import scripted_sight

RED = b"reddish"


def fetched(address: str) -> bytes:
    if "private" in address:
        raise SourceRefused(Text("private", "内网"))
    return RED


@pytest.fixture
def seeing() -> Iterator[tuple[Services, ScriptedEyes]]:
    engine, eyes = seeing_engine(ScriptedLlama(lambda _: "A cat."))
    with scripted_sight() as sight:
        yield Services(engine, PageFiles.none(), "sees", "1.2.3", sight=sight), eyes
    engine.close()


@pytest.fixture
def client(seeing: tuple[Services, ScriptedEyes]) -> FlaskClient:
    return client_of(seeing[0])


PICTURE = encoded(RED.decode())
IMAGE = {"type": "base64", "media_type": "image/png", "data": PICTURE}
PARTS = [{"type": "input_image", "image_url": url(RED.decode())}]
TOLD = {"role": "user", "content": "When?", "images": [PICTURE]}
RESULT = {
    "type": "tool_result",
    "tool_use_id": "a",
    "content": [{"type": "image", "source": IMAGE}],
}
CALL = {"type": "tool_use", "id": "a", "name": "look", "input": {}}
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": (CHAT, openai(url(RED.decode()))),
    "responses": ("/v1/responses", {"input": [{"role": "user", "content": PARTS}]}),
    "messages": ("/v1/messages", anthropic(IMAGE)),
    "a tool's result": (
        "/v1/messages",
        {
            "messages": [
                {"role": "user", "content": "Look"},
                {"role": "assistant", "content": [CALL]},
                {"role": "user", "content": [RESULT]},
            ],
            "max_tokens": 9,
        },
    ),
    "ollama's chat": ("/api/chat", {"messages": [TOLD], "stream": False}),
    "generate": ("/api/generate", {"prompt": "a", "images": [PICTURE], "stream": False}),
    "completion": (
        "/completion",
        {"prompt": {"prompt_string": "a <__media__> b", "multimodal_data": [PICTURE]}},
    ),
}


@pytest.mark.parametrize(("address", "body"), ASKED.values(), ids=ASKED)
def test_every_protocol_shows_the_model_its_pictures(
    client: FlaskClient, seeing: tuple[Services, ScriptedEyes], address: str, body: dict[str, Any]
) -> None:
    response = client.post(address, json=body)
    assert response.status_code == 200, response.text
    assert "A cat." in response.text
    eyes = seeing[1]
    assert [each.rgb.strip() for each in eyes.shown] == [RED]
    assert eyes.happened.count("show") == 1


def test_a_picture_stands_where_it_was_sent(
    client: FlaskClient, seeing: tuple[Services, ScriptedEyes]
) -> None:
    parts = [
        {"type": "text", "text": "First <__media__>"},
        {"type": "image_url", "image_url": {"url": url("one")}},
        {"type": "text", "text": "then"},
        {"type": "text", "text": "again"},
        {"type": "image_url", "image_url": {"url": url("two")}},
    ]
    asked = {"messages": [{"role": "user", "content": parts}], "max_tokens": 4}
    told = client.post("/apply-template", json=asked).json["prompt"]
    assert "First <__media__><__media__>then\nagain<__media__><|im_end|>" in told
    shown = seeing[1].shown
    shown.clear()
    usage = client.post(CHAT, json=asked).json["usage"]
    assert [each.rgb.strip() for each in shown] == [b"one", b"two"]
    marks = len("<|im_start|>") * 2 + len("<|im_end|>") - 3  # each is one token
    assert usage["prompt_tokens"] == len(told) - marks - 2 * len("<__media__>") + 2 * PLACES
    counted = client.post("/v1/chat/completions/input_tokens", json=asked).json["input_tokens"]
    assert counted == usage["prompt_tokens"]


def test_that_the_model_sees_is_told_in_every_protocol(
    client: FlaskClient, services: Services
) -> None:
    blind = client_of(services)
    for each, sees in ((client, True), (blind, False)):
        assert each.get("/props").json["modalities"]["vision"] is sees
        described = each.get("/v1/models").json["models"][0]
        assert ("multimodal" in described["capabilities"]) is sees
        name = described["name"]
        shown = each.post("/api/show", json={"model": name}).json
        assert ("vision" in shown["capabilities"]) is sees


def test_slots_that_hold_pictures_are_told(client: FlaskClient) -> None:
    client.post(CHAT, json=openai(url("one")))
    told = client.get("/slots")
    assert told.status_code == 200
    assert sum(each["n_past"] > 0 for each in told.json if "n_past" in each) <= 1
    verbose = client.post("/completion", json={**ASKED["completion"][1], "return_tokens": True})
    assert verbose.json["prompt"] == "a  b"


def test_addresses_are_fetched_where_that_is_allowed(
    seeing: tuple[Services, ScriptedEyes],
) -> None:
    services, eyes = seeing
    allowed = client_of(replace(services, fetch=fetched))
    assert allowed.post(CHAT, json=openai("https://example.org/a.png")).status_code == 200
    assert eyes.shown[0].rgb.strip() == RED
    refused = allowed.post(CHAT, json=openai("https://private.example/a.png"))
    assert (refused.status_code, refused.json["error"]["code"]) == (400, "source_refused")
    for client, address in (
        (allowed, "file:///etc/passwd"),
        (client_of(services), "https://a.org/b"),
    ):
        assert "data URL" in client.post(CHAT, json=openai(address)).json["error"]["message"]


@pytest.mark.parametrize(
    ("address", "body", "field"),
    [
        (CHAT, openai(url("refuse not-a-picture")), None),
        (CHAT, openai(url("crash")), None),
        ("/api/generate", {"prompt": "a", "images": [PICTURE], "raw": True}, None),
        (
            "/completion",
            {"prompt": {"prompt_string": "a", "multimodal_data": [PICTURE]}},
            "prompt.multimodal_data",
        ),
        (
            "/completion",
            {"prompt": {"prompt_string": "a<__media__>", "multimodal_data": [5]}},
            "prompt.multimodal_data[0]",
        ),
    ],
)
def test_what_cannot_be_shown_is_refused(
    client: FlaskClient, address: str, body: dict[str, Any], field: str | None
) -> None:
    response = client.post(address, json=body)
    assert response.status_code == 400
    error = response.json["error"]
    assert (error["param"] if isinstance(error, dict) else None) == field


def test_a_template_that_leaves_a_picture_out_is_told(
    seeing: tuple[Services, ScriptedEyes],
) -> None:
    services, _ = seeing
    silent = {"messages": openai(url("one"))["messages"], "chat_template_kwargs": {}}
    model = services.engine.model
    model.template.source = "{{ 'nothing' }}"
    response = client_of(services).post(CHAT, json=silent)
    assert response.status_code == 400
    assert "leaves out a picture" in response.json["error"]["message"]


def test_a_template_may_write_a_message_as_json(seeing: tuple[Services, ScriptedEyes]) -> None:
    services, eyes = seeing
    services.engine.model.template.source = "{{ messages[0].content | tojson }} and so on"
    assert client_of(services).post(CHAT, json=openai(url("one"))).status_code == 200
    assert [each.rgb.strip() for each in eyes.shown] == [b"one"]


def test_base64_alone_is_taken_as_a_picture(client: FlaskClient) -> None:
    image = base64.b64encode(RED).decode()
    assert client.post(CHAT, json=openai({"url": image})).status_code == 200
