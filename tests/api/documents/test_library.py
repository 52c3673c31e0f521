from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.api.services import Services
from app.knowledge.library import Library
from app.security.security import Security
from tests.api.documents.conftest import ZEBRAS
from tests.api.serving import client_of
from tests.knowledge.libraries import LONG_S

DOCUMENTS = "/v1/documents"


def finished(client: FlaskClient, library: Library, jobs: dict[str, object]) -> list[str]:
    """The documents of jobs that were begun."""
    found = []
    for told in jobs["data"]:  # type: ignore[attr-defined]
        job = library.jobs.get(told["id"])
        assert job is not None
        library.wait(job, LONG_S, searchable=False)
        found.append(client.get(f"/v1/jobs/{told['id']}").json["document"])
    return found


def test_a_form_with_files_is_taken_in(client: FlaskClient, library: Library) -> None:
    files = [(BytesIO(ZEBRAS.encode()), "../animals/zebras.txt"), (BytesIO(b"b c d"), "b.txt")]
    sent = {"file": files, "collection": "animals", "tags": "wild, striped,wild"}
    response = client.post(DOCUMENTS, data=sent)
    assert response.status_code == 202
    assert [job["name"] for job in response.json["data"]] == ["zebras.txt", "b.txt"]
    first, _ = finished(client, library, response.json)
    told = client.get(f"{DOCUMENTS}/{first}").json
    assert told["source"] == "upload:animals/zebras.txt"
    assert told["tags"] == ["striped", "wild"]
    assert [each["name"] for each in told["collections"]] == ["animals"]
    assert (told["state"], told["format"], told["problems"]) == ("ready", "text", [])
    assert 80 < told["characters"] <= len(ZEBRAS)
    listed = client.get(f"{DOCUMENTS}?collection=animals").json
    assert {each["name"] for each in listed["data"]} == {"zebras.txt", "b.txt"}


def test_a_text_and_a_file_of_this_machine_are_taken_in(
    client: FlaskClient, library: Library, tmp_path: Path
) -> None:
    (tmp_path / "on-disk.txt").write_text("lions sleep")
    for body, name in (
        ({"text": "Penguins swim.", "name": "penguins"}, "penguins"),
        ({"text": "\n Whales sing.\nLoudly."}, "Whales sing."),
        ({"path": str(tmp_path / "on-disk.txt"), "metadata": {"by": "me"}}, "on-disk.txt"),
    ):
        response = client.post(DOCUMENTS, json=body)
        assert response.status_code == 202, response.json
        [document] = finished(client, library, response.json)
        told = client.get(f"{DOCUMENTS}/{document}").json
        assert (told["name"], told["metadata"]) == (name, body.get("metadata", {}))


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, None),
        ({"text": "a", "url": "b"}, 400, None),
        ({"text": " "}, 400, "text"),
        ({"text": "a", "tags": ["x"] * 3 + [f"{n}" for n in range(60)]}, 400, "tags"),
        ({"text": "a", "tags": "x"}, 400, "tags"),
        ({"text": "a", "collection": "c" * 300}, 400, "collection"),
        ({"path": "relative.txt"}, 400, "path"),
        ({"path": "/no/such/file"}, 400, "path"),
        ({"url": "ftp://example.org"}, 400, "url"),
        ({"url": "https://example.org", "depth": 100}, 400, "depth"),
    ],
)
def test_what_cannot_be_taken_in_is_refused(
    client: FlaskClient, body: dict[str, object], status: int, field: str | None
) -> None:
    response = client.post(DOCUMENTS, json=body)
    assert response.status_code == status
    assert response.json["error"]["param"] == field


def test_a_damaged_form_is_refused(client: FlaskClient) -> None:
    kind = "multipart/form-data"
    for content_type, data in (
        (kind, b"x"),
        (f"{kind}; boundary=b", b"nothing of the kind"),
        (f"{kind}; boundary=b", b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n'),
        (f"{kind}; boundary=b", b"--b--\r\n"),
    ):
        response = client.post(DOCUMENTS, data=data, content_type=content_type)
        assert response.status_code == 400, content_type
    assert response.json["error"]["param"] == "file"


def test_a_form_may_be_larger_than_other_requests(services: Services) -> None:
    client = client_of(replace(services, max_body_bytes=1000, max_upload_bytes=100_000))
    sent = {"file": (BytesIO(b"word " * 2000), "long.txt")}
    assert client.post(DOCUMENTS, data=sent).status_code == 202
    sent = {"file": (BytesIO(b"word " * 30_000), "longer.txt")}
    assert client.post(DOCUMENTS, data=sent).status_code == 413
    assert client.post(DOCUMENTS, json={"text": "word " * 2000}).status_code == 413


def test_files_of_this_machine_are_not_for_others(services: Services, tmp_path: Path) -> None:
    client = client_of(replace(services, security=Security(open_to_all=True)))
    other = {"REMOTE_ADDR": "192.168.1.7"}
    for body in ({"path": str(tmp_path)}, {"url": "http://192.168.1.1", "private": True}):
        response = client.post(DOCUMENTS, json=body, environ_base=other)
        assert response.status_code == 403
    response = client.post(DOCUMENTS, json={"text": "mine"}, environ_base=other)
    assert response.status_code == 202


def test_labels_change_and_a_document_goes(client: FlaskClient, zoo: dict[str, str]) -> None:
    address = f"{DOCUMENTS}/{zoo['zebras.txt']}"
    told = client.patch(address, json={"tags": ["new"], "collection": "c"}).json
    assert (told["tags"], told["collections"][0]["name"]) == (["new"], "c")
    told = client.patch(address, json={"collection": None}).json
    assert (told["tags"], told["collections"]) == (["new"], [])
    assert client.delete(address).json["deleted"] is True
    for method in ("GET", "PATCH", "DELETE"):
        response = client.open(address, method=method, json={})
        assert response.status_code == 404
    assert [each["name"] for each in client.get(DOCUMENTS).json["data"]] == ["熊猫.txt"]


def test_a_long_list_comes_in_pages(client: FlaskClient, zoo: dict[str, str]) -> None:
    first = client.get(f"{DOCUMENTS}?limit=1").json
    assert first["has_more"] is True
    second = client.get(f"{DOCUMENTS}?limit=1&after={first['data'][0]['id']}").json
    assert second["has_more"] is False
    assert {each["data"][0]["id"] for each in (first, second)} == set(zoo.values())
    for query, field in (("limit=0", "limit"), ("limit=x", "limit"), ("order=up", "order")):
        response = client.get(f"{DOCUMENTS}?{query}")
        assert (response.status_code, response.json["error"]["param"]) == (400, field)
    assert client.get(f"{DOCUMENTS}?after=doc-none").status_code == 404


def test_a_document_that_cannot_be_read_says_why(client: FlaskClient, library: Library) -> None:
    sent = {"file": (BytesIO(b"%PDF-1.4 broken"), "broken.pdf")}
    response = client.post(DOCUMENTS, data=sent)
    [document] = finished(client, library, response.json)
    for spoken, word in (("en", "damaged"), ("zh-CN", "损坏")):
        told = client.get(f"{DOCUMENTS}/{document}", headers={"Accept-Language": spoken}).json
        assert told["state"] == "failed"
        assert word in told["summary"]
    job = client.get("/v1/jobs").json["data"][0]
    assert (job["state"], job["document"]) == ("failed", document)
    assert "damaged" in job["problem"]


def test_without_documents_the_addresses_say_so(services: Services) -> None:
    client = client_of(replace(services, library=None))
    for address in (DOCUMENTS, "/v1/jobs", f"{DOCUMENTS}/x/text"):
        response = client.get(address)
        assert (response.status_code, response.json["error"]["code"]) == (501, "switched_off")
    assert client.post("/v1/search", json={"query": "x"}).status_code == 501


def test_jobs_are_listed_by_their_state(client: FlaskClient, library: Library) -> None:
    finished(client, library, client.post(DOCUMENTS, json={"text": "Quinces"}).json)
    for states, most in (("state=waiting&state=reading", 0), ("state=done&state=embedding", 9)):
        listed = client.get(f"/v1/jobs?{states}").json["data"]
        assert bool(listed) == bool(most)
    refused = client.get("/v1/jobs?state=asleep")
    assert refused.status_code == 400
    assert "waiting" in refused.json["error"]["message"]
