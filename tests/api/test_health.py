from __future__ import annotations

import threading
from collections.abc import Callable

from flask.testing import FlaskClient

from app.api.services import Services
from app.bundle.page import PageFiles
from app.engine.engine import Engine
from app.errors import BadFile
from app.language import Text
from tests.api.serving import CHAT, client_of, conversation
from tests.fakes.llama import ScriptedLlama


def _client(engine: Engine) -> FlaskClient:
    return client_of(Services(engine, PageFiles.none(), "scripted", "1.2.3"))


def test_when_ready_it_says_so_and_the_version(client: FlaskClient) -> None:
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json == {
        "status": "ok",
        "assistant": "1.2.3",
        "documents": False,
        "documents_kept": False,
        "hears": False,
        "speaks": False,
    }


def test_while_loading_everything_says_how_far_it_is() -> None:
    reported, finish = threading.Event(), threading.Event()

    def load(report: Callable[[float], None]) -> ScriptedLlama:
        report(0.42)
        reported.set()
        finish.wait(5)
        return ScriptedLlama()

    engine = Engine(load)
    reported.wait(5)
    client = _client(engine)
    answers = (
        client.get("/health"),
        client.get("/v1/models"),
        client.post(CHAT, json=conversation()),
    )
    finish.set()
    engine.wait_ready(5)
    assert client.get("/health").status_code == 200
    engine.close()
    for response in answers:
        assert response.status_code == 503
        assert response.json["progress"] == 0.42
        assert response.json["error"]["code"] == "loading"
        assert response.headers["Retry-After"]


def test_why_loading_failed_is_told() -> None:
    def load(report: object) -> ScriptedLlama:
        raise BadFile(Text("The model is damaged.", "模型已损坏。"))

    engine = Engine(load)
    while engine.failure is None:
        threading.Event().wait(0.01)
    response = _client(engine).get("/health", headers={"Accept-Language": "zh-CN"})
    engine.close()
    assert response.status_code == 500
    assert response.json["error"]["message"] == "模型已损坏。"
