"""Vectors and scores, in llama-server's, OpenAI's, Jina's, TEI's and Ollama's forms."""

from __future__ import annotations

import base64
from array import array
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from app.engine.embedding import Embedder, Pooling
from tests.api.serving import client_of
from tests.fakes.embedder import EMBEDDING_FACTS, ScriptedEmbedding, scripted_embedder

Serve = Callable[[Pooling], FlaskClient]


@pytest.fixture
def serve(services: Services) -> Iterator[Serve]:
    started: list[Embedder] = []

    def start(pooling: Pooling) -> FlaskClient:
        model = ScriptedEmbedding(facts=replace(EMBEDDING_FACTS, pooling=pooling))
        started.append(scripted_embedder(model))
        return client_of(replace(services, embedder=started[-1]))

    yield start
    for each in started:
        each.close()


@pytest.mark.parametrize(
    ("sent", "lengths"),
    [
        ("abc", [3]),
        ([97, 98], [2]),
        ([97, "bcd"], [4]),
        (["a", [98, 99], {"prompt_string": "abc"}], [1, 2, 3]),
        ({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, [2]),
    ],
)
def test_inputs_may_be_written_in_several_ways(serve: Serve, sent: Any, lengths: list[int]) -> None:
    answer = serve("mean").post("/v1/embeddings", json={"input": sent}).json
    first = [each["embedding"] for each in answer["data"]]
    assert all(sum(x * x for x in vector) == pytest.approx(1) for vector in first)
    assert [round(97 * v[0] / v[1]) for v in first[:1]] == lengths[:1]
    assert answer["usage"]["prompt_tokens"] == sum(lengths)


def test_base64_holds_the_same_numbers(serve: Serve) -> None:
    client = serve("mean")
    plain, packed = (
        client.post("/v1/embeddings", json={"input": "abc", **more}).json["data"][0]["embedding"]
        for more in ({}, {"encoding_format": "base64"})
    )
    assert array("f", base64.b64decode(packed)).tolist() == pytest.approx(plain)


def test_fewer_dimensions_are_of_length_1_again(serve: Serve) -> None:
    sent = {"input": "abc", "dimensions": 1}
    assert serve("mean").post("/v1/embeddings", json=sent).json["data"][0]["embedding"] == [1.0]


def test_without_pooling_there_is_one_for_each_token(serve: Serve) -> None:
    client = serve("none")
    assert client.post("/embedding", json={"content": "ab"}).json == [
        {"index": 0, "embedding": [[97.0, 1.0], [98.0, 1.0]]}
    ]
    assert client.post("/v1/embeddings", json={"input": "ab"}).status_code == 400
    assert client.post("/api/embed", json={"input": "ab"}).status_code == 400


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ([], "input"),
        ({"content": "text"}, "input"),
        ({"content": [{"type": "image_url", "image_url": {}}]}, "input.content[0].type"),
        ([["a", 1.5]], "input[0]"),
        ("x" * 100, "input"),
    ],
)
def test_a_wrong_input_is_refused_by_its_place(serve: Serve, sent: Any, field: str) -> None:
    response = serve("mean").post("/v1/embeddings", json={"input": sent})
    assert response.status_code == 400
    assert response.json["error"]["param"] == field


def test_ollama_cuts_what_is_too_long_unless_told_not_to(serve: Serve) -> None:
    client = serve("mean")
    assert client.post("/api/embed", json={"input": ["x" * 100]}).json["prompt_eval_count"] == 64
    [whole] = client.post("/api/embed", json={"input": "x" * 100}).json["embeddings"]
    assert client.post("/api/embeddings", json={"prompt": "x" * 100}).json == {"embedding": whole}
    assert (
        client.post("/api/embed", json={"input": "x" * 100, "truncate": False}).status_code == 400
    )


QUERY = {"query": "red fish", "documents": ["blue bird", "red fish here", "red bird"]}


def test_documents_come_best_first(serve: Serve) -> None:
    answer = serve("rank").post("/v1/rerank", json=QUERY | {"top_n": 2}).json
    assert [each["index"] for each in answer["results"]] == [1, 2]
    assert answer["results"][0]["relevance_score"] == 2.0
    assert answer["usage"]["total_tokens"] > 0


def test_teis_form_is_a_list_with_texts_where_wanted(serve: Serve) -> None:
    sent = {"query": QUERY["query"], "texts": QUERY["documents"], "return_text": True}
    [best, *_] = serve("rank").post("/rerank", json=sent).json
    assert best == {"index": 1, "score": 2.0, "text": "red fish here"}


@pytest.mark.parametrize("documents", [[], None, 5, [1]])
def test_wrong_documents_are_refused(serve: Serve, documents: Any) -> None:
    sent = {"query": "a", "documents": documents}
    assert serve("rank").post("/rerank", json=sent).status_code == 400


def test_without_a_model_for_it_the_flag_is_told(client: FlaskClient) -> None:
    for path, sent, flag in (
        ("/v1/embeddings", {"input": "a"}, "--embeddings"),
        ("/embedding", {"content": "a"}, "--embeddings"),
        ("/rerank", QUERY, "--reranking"),
    ):
        response = client.post(path, json=sent)
        assert response.status_code == 501
        assert flag in response.json["error"]["message"]
