from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.knowledge.library import Library
from tests.api.documents.conftest import ZEBRAS, document_of

SEARCH = "/v1/search"


def found(client: FlaskClient, query: str, **filters: object) -> list[str]:
    response = client.post(SEARCH, json={"query": query, "filter": filters})
    assert response.status_code == 200, response.json
    return [each["name"] for each in response.json["data"]]


def test_the_best_passage_comes_first_with_its_place(
    client: FlaskClient, zoo: dict[str, str]
) -> None:
    response = client.post(SEARCH, json={"query": "What do zebras eat?", "limit": 1})
    [passage] = response.json["data"]
    assert passage["object"] == "passage"
    assert passage["document"] == zoo["zebras.txt"]
    assert passage["text"] == ZEBRAS[passage["start"] : passage["end"]]
    assert passage["words"] > 0.4
    assert found(client, "熊猫吃什么？")[0] == "熊猫.txt"


def test_a_search_may_go_by_words_alone(client: FlaskClient, zoo: dict[str, str]) -> None:
    asked = {"query": "What do zebras eat?", "limit": 1, "by": "words"}
    [passage] = client.post(SEARCH, json=asked).json["data"]
    assert (passage["document"], passage["similarity"]) == (zoo["zebras.txt"], None)
    assert client.post(SEARCH, json={**asked, "by": "stars"}).status_code == 400


def test_filters_leave_the_documents_they_name(client: FlaskClient, zoo: dict[str, str]) -> None:
    zebras = zoo["zebras.txt"]
    client.patch(f"/v1/documents/{zebras}", json={"tags": ["striped"], "collection": "animals"})
    [collection] = client.get(f"/v1/documents/{zebras}").json["collections"]
    for filters in (
        {"documents": [zebras]},
        {"docs_ids": [zebras]},
        {"tags": ["striped"]},
        {"collections": ["animals"]},
        {"collections": [collection["id"]]},
    ):
        assert found(client, "熊猫 zebras", **filters) == ["zebras.txt"]
    assert set(found(client, "熊猫 zebras")) == {"zebras.txt", "熊猫.txt"}
    for filters in ({"documents": []}, {"tags": ["none"]}, {"collections": ["none"]}):
        assert found(client, "熊猫 zebras", **filters) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "query"),
        ({"query": " "}, "query"),
        ({"query": "x" * 20_000}, "query"),
        ({"query": "x", "limit": 0}, "limit"),
        ({"query": "x", "filter": {"documents": "x"}}, "filter.documents"),
    ],
)
def test_what_cannot_be_searched_is_refused(
    client: FlaskClient, body: dict[str, object], field: str
) -> None:
    response = client.post(SEARCH, json=body)
    assert (response.status_code, response.json["error"]["param"]) == (400, field)


def test_a_cancelled_job_is_told(client: FlaskClient, library: Library) -> None:
    job = library.add("a.txt", b"zebras")
    document_of(library, job)
    told = client.delete(f"/v1/jobs/{job.uid}").json
    assert told["state"] == "done"  # it was too late
    for method in ("GET", "DELETE"):
        assert client.open("/v1/jobs/job-none", method=method).status_code == 404
    assert client.get("/v1/jobs?limit=9999999").status_code == 400
