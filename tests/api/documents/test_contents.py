from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.knowledge.library import Library
from tests.api.documents.conftest import ZEBRAS, document_of
from tests.knowledge import files


def fetched(client: FlaskClient, document: str, **headers: str) -> TestResponse:
    """A document's file, read to its end."""
    response = client.get(f"/v1/documents/{document}/file", headers=headers)
    response.get_data()
    response.close()
    return response


@pytest.mark.parametrize(
    ("name", "content", "kind", "shown"),
    [
        ("a.txt", b"zebras", "text/plain", True),
        ("page.html", b"<!doctype html><p>zebras</p>", "application/octet-stream", False),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><text>z</text></svg>", None, False),
        ("a.pdf", files.pdf([[(12, "Zebras eat grass")]]), "application/pdf", True),
    ],
)
def test_a_file_is_shown_only_where_it_can_do_nothing(
    client: FlaskClient, library: Library, name: str, content: bytes, kind: str | None, shown: bool
) -> None:
    document = document_of(library, library.add(name, content))
    response = fetched(client, document)
    assert response.data == content
    assert kind in (None, response.headers["Content-Type"])
    assert response.headers["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    policy = response.headers["Content-Security-Policy"]
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert name == "a.pdf" or policy.startswith("sandbox;")


def test_parts_of_a_file_can_be_asked_for(client: FlaskClient, zoo: dict[str, str]) -> None:
    response = fetched(client, zoo["zebras.txt"], Range="bytes=0-5")
    assert (response.status_code, response.data) == (206, ZEBRAS[:6].encode())


def test_a_name_in_chinese_comes_with_the_file(client: FlaskClient, zoo: dict[str, str]) -> None:
    response = fetched(client, zoo["熊猫.txt"])
    assert "filename*=UTF-8''%E7%86%8A%E7%8C%AB.txt" in response.headers["Content-Disposition"]


def test_the_text_has_the_places_of_passages(client: FlaskClient, library: Library) -> None:
    pages = [[(12, "Zebras eat grass")], [(12, "Lions do not")]]
    document = document_of(library, library.add("two.pdf", files.pdf(pages)))
    told = client.get(f"/v1/documents/{document}/text").json
    assert [page for _, page in told["pages"]] == [1, 2]
    start = told["pages"][1][0]
    assert told["text"][start:].startswith("Lions")
    [passage] = client.post("/v1/search", json={"query": "zebras"}).json["data"]
    assert told["text"][passage["start"] : passage["end"]] == passage["text"]


def test_a_document_that_is_not_there_is_404(client: FlaskClient) -> None:
    for part in ("file", "text"):
        response = client.get(f"/v1/documents/doc-none/{part}")
        assert (response.status_code, response.json["error"]["param"]) == (404, "id")
