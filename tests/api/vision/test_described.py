from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from app.engine.reply import Reply
from app.engine.request import Generation
from tests.api.serving import CHAT, client_of
from tests.fakes.sight import scripted_sight

TOLD = "[Text in the picture: Closed on Mondays]"


def encoded(said: str) -> str:
    return base64.b64encode(said.encode()).decode()


def url(said: str) -> str:
    return f"data:image/png;base64,{encoded(said)}"


def openai(image: Any) -> dict[str, Any]:
    parts = [{"type": "image_url", "image_url": image}, {"type": "text", "text": "When?"}]
    return {"messages": [{"role": "user", "content": parts}]}


def anthropic(source: Any) -> dict[str, Any]:
    blocks = [{"type": "text", "text": "When?"}, {"type": "image", "source": source}]
    return {"messages": [{"role": "user", "content": blocks}], "max_tokens": 200}


@pytest.fixture
def client(services: Services) -> Iterator[FlaskClient]:
    with scripted_sight() as sight:
        yield client_of(replace(services, sight=sight))


def prompt(client: FlaskClient, body: dict[str, Any], language: str = "en") -> str:
    """What the model would read."""
    headers = {"Accept-Language": language}
    told: str = client.post("/apply-template", json=body, headers=headers).json["prompt"]
    return told


def test_a_picture_becomes_its_text_in_the_language_of_the_request(client: FlaskClient) -> None:
    for image in (url("Closed on Mondays"), {"url": url("Closed on Mondays"), "detail": "low"}):
        assert f"{TOLD}\nWhen?" in prompt(client, openai(image))
    assert "[图片中的文字：{a}]" in prompt(client, openai(url("{a}")), "zh-CN")


def test_a_picture_without_text_is_told_as_one(client: FlaskClient) -> None:
    assert "[A picture without readable text]" in prompt(client, openai(url(" ")))


def test_every_protocol_with_pictures_reads_them(
    client: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, read = services.engine, list[str]()
    submit = engine.submit

    def listen(generation: Generation) -> Reply:
        read.append(engine.model.text_of(generation.prompt))
        return submit(generation)

    monkeypatch.setattr(engine, "submit", listen)
    image = {"type": "base64", "media_type": "image/png", "data": encoded("Closed on Mondays")}
    parts = [{"type": "input_image", "image_url": url("Closed on Mondays")}]
    ollama = {"role": "user", "content": "When?", "images": [encoded("Closed on Mondays")]}
    asked: dict[str, dict[str, Any]] = {
        CHAT: openai(url("Closed on Mondays")),
        "/v1/responses": {"input": [{"role": "user", "content": parts}]},
        "/v1/messages": anthropic(image),
        "/api/chat": {"messages": [ollama], "stream": False},
        "/api/generate": {"prompt": "When?", "images": ollama["images"], "stream": False},
    }
    for address, body in asked.items():
        response = client.post(address, json=body)
        assert response.status_code == 200, address
        assert TOLD in read.pop(), address


@pytest.mark.parametrize(
    ("address", "body", "told"),
    [
        (CHAT, openai("https://example.org/a.png"), "data URL"),
        (CHAT, openai({"url": "http://example.org/a.png"}), "data URL"),
        (CHAT, openai({}), "image_url.url"),
        (CHAT, openai(None), "image_url"),
        (CHAT, openai(url("refuse not-a-picture")), "not a picture"),
        ("/v1/messages", anthropic({"type": "url", "url": "https://a.org/b"}), "data URL"),
        ("/v1/messages", anthropic(None), "source"),
        ("/v1/messages", anthropic({"type": "base64", "data": "§"}), "base64"),
        ("/api/generate", {"prompt": "a", "images": ["https://a.org/b"]}, "data URL"),
    ],
)
def test_what_cannot_be_read_is_refused(
    client: FlaskClient, address: str, body: dict[str, Any], told: str
) -> None:
    response = client.post(address, json=body)
    assert response.status_code == 400
    assert told in response.text


def test_without_text_recognition_there_are_no_pictures(services: Services) -> None:
    response = client_of(services).post(CHAT, json=openai(url("a")))
    assert response.status_code == 400
    assert "image input is not supported" in response.json["error"]["message"]
