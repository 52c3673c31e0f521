"""Photograph and look up: what stands in a picture, or what it shows, finds passages."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.api.services import Services
from tests.api.serving import CHAT, client_of
from tests.fakes.eyes import ScriptedEyes, seeing_engine
from tests.fakes.llama import ScriptedLlama
from tests.fakes.sight import scripted_sight

SEARCH = "/v1/search"
WORDS = "What do zebras eat?"


@pytest.fixture
def services(services: Services) -> Iterator[Services]:
    with scripted_sight() as sight:
        yield replace(services, sight=sight)


@pytest.fixture
def seeing(services: Services) -> Iterator[tuple[FlaskClient, ScriptedEyes]]:
    engine, eyes = seeing_engine(ScriptedLlama(lambda prompt: "Zebras eat grass."))
    yield client_of(replace(services, engine=engine)), eyes
    engine.close()


def form(client: FlaskClient, picture: str, **fields: Any) -> TestResponse:
    return client.post(SEARCH, data={"file": (io.BytesIO(picture.encode()), "a.png"), **fields})


def url(picture: str) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture.encode()).decode()}"


def shown(picture: str, question: str, **more: Any) -> dict[str, Any]:
    parts = [
        {"type": "image_url", "image_url": {"url": url(picture)}},
        {"type": "text", "text": question},
    ]
    return {"messages": [{"role": "user", "content": parts}], "use_context": True, **more}


def test_the_text_of_a_picture_finds_passages(client: FlaskClient, zoo: dict[str, str]) -> None:
    asked = client.post(SEARCH, json={"query": WORDS, "limit": 1}).json
    assert asked["query"] == WORDS
    assert form(client, WORDS, limit="1").json == asked
    assert client.post(SEARCH, json={"image": url(WORDS), "limit": 1}).json == asked
    both = form(client, "成年熊猫", query="吃什么？").json
    assert (both["query"], both["data"][0]["name"]) == ("成年熊猫\n吃什么？", "熊猫.txt")


def test_a_form_may_name_the_documents(client: FlaskClient, zoo: dict[str, str]) -> None:
    one = {"documents": zoo["熊猫.txt"]}
    assert {each["name"] for each in form(client, WORDS, **one).json["data"]} <= {"熊猫.txt"}
    assert form(client, WORDS, tags=["none", "such"], by="words").json["data"] == []


@pytest.mark.parametrize(
    ("picture", "fields", "field"),
    [
        (" ", {}, "query"),
        (WORDS, {"limit": "many"}, "limit"),
        (WORDS, {"by": "stars"}, "by"),
        ("refuse heic", {}, None),
    ],
)
def test_what_cannot_be_looked_up_is_refused(
    client: FlaskClient, picture: str, fields: dict[str, str], field: str | None
) -> None:
    response = form(client, picture, **fields)
    assert (response.status_code, response.json["error"]["param"]) == (400, field)


def test_a_model_that_sees_says_what_a_picture_without_text_shows(
    seeing: tuple[FlaskClient, ScriptedEyes], zoo: dict[str, str]
) -> None:
    client, eyes = seeing
    told = form(client, " ").json
    assert (told["query"], told["data"][0]["name"]) == ("Zebras eat grass.", "zebras.txt")
    assert len(eyes.shown) == 1
    assert form(client, WORDS).json["query"] == WORDS  # what is written is surer
    assert len(eyes.shown) == 1


def test_an_answer_from_documents_is_looked_up_by_the_picture(
    client: FlaskClient, seeing: tuple[FlaskClient, ScriptedEyes], zoo: dict[str, str]
) -> None:
    for each in (client, seeing[0]):
        told = each.post(CHAT, json=shown("zebras eat grass", "Is that so?")).json
        assert told["sources"][0]["document"] == zoo["zebras.txt"]
    assert told["choices"][0]["citations"][0]["document"] == zoo["zebras.txt"]
    nothing = client.post(CHAT, json=shown("quantum chromodynamics", "What?")).json
    assert nothing["sources"] == []


def test_the_picture_itself_is_shown_with_the_passages(
    seeing: tuple[FlaskClient, ScriptedEyes], zoo: dict[str, str]
) -> None:
    client, eyes = seeing
    told = client.post(CHAT, json=shown("zebras eat grass", "Is that so?", max_tokens=4))
    assert told.status_code == 200
    assert eyes.happened.count("show") == 1
