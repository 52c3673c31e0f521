from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.api.llamacpp.infill import Extra, filling
from app.api.services import Services
from app.engine.backend import Infill
from app.engine.engine import Engine
from app.engine.model import Model
from tests.api.serving import client_of
from tests.fakes.engine import engine_of
from tests.fakes.llama import FACTS, ScriptedLlama

PREFIX, SUFFIX, MIDDLE, REPOSITORY, SEPARATOR = range(1, 6)
TOKENS = Infill(PREFIX, SUFFIX, MIDDLE)


def model(tokens: Infill = TOKENS, batch: int = 512) -> Model:
    llama = ScriptedLlama(infill=tokens, facts=replace(FACTS, batch_tokens=batch))
    return Model(llama.facts, lambda: llama)


def test_a_gap_is_put_between_what_is_around_it() -> None:
    expected = (PREFIX, *b"before", *b"begun", SUFFIX, *b"after", MIDDLE)
    assert filling(model(), "before", "after", "begun") == expected


def test_what_is_far_from_the_gap_is_left_out() -> None:
    tokens = filling(model(batch=40), "b" * 90 + "c", "a" * 100)
    assert tokens == (PREFIX, *b"b" * 29, *b"c", SUFFIX, *b"a" * 8, MIDDLE)


def test_other_files_come_first_each_with_its_name() -> None:
    tokens = filling(
        model(Infill(PREFIX, SUFFIX, MIDDLE, REPOSITORY, SEPARATOR)),
        *("p", "s"),
        extra=[Extra("text", "a.py")],
    )
    files = (REPOSITORY, *b"myproject\n", SEPARATOR, *b"a.py\ntext", SEPARATOR, *b"filename\n")
    assert tokens == (*files, PREFIX, *b"p", SUFFIX, *b"s", MIDDLE)


@pytest.fixture
def client(services: Services) -> Iterator[FlaskClient]:
    engine: Engine = engine_of(ScriptedLlama(lambda prompt: "x = 1", infill=TOKENS))
    yield client_of(replace(services, engine=engine))
    engine.close()


def test_a_gap_is_filled(client: FlaskClient) -> None:
    sent = {"input_prefix": "def f():\n    ", "input_suffix": "\n", "prompt": "x"}
    assert client.post("/infill", json=sent).json["content"] == "x = 1"


def test_openais_suffix_is_a_gap_too(client: FlaskClient) -> None:
    answer = client.post("/v1/completions", json={"prompt": "a", "suffix": "b"}).json
    assert answer["choices"][0]["text"] == "x = 1"
    assert answer["usage"]["prompt_tokens"] == 5


@pytest.mark.parametrize("extra", [{}, {"filename": "a"}, {"filename": 1, "text": "a"}])
def test_a_wrong_file_is_refused_by_its_place(client: FlaskClient, extra: object) -> None:
    sent = {"input_prefix": "a", "input_suffix": "b", "input_extra": [extra]}
    response = client.post("/infill", json=sent)
    assert response.status_code == 400
    assert response.json["error"]["param"].startswith("input_extra[0]")


def test_a_model_that_was_not_trained_for_it_says_so(services: Services) -> None:
    client = client_of(services)
    for path, sent in (
        ("/infill", {"input_prefix": "a", "input_suffix": "b"}),
        ("/v1/completions", {"prompt": "a", "suffix": "b"}),
    ):
        response = client.post(path, json=sent)
        assert response.status_code == 501
        assert "code model" in response.json["error"]["message"]
