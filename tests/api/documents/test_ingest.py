from __future__ import annotations

from io import BytesIO

from flask.testing import FlaskClient

from app.knowledge.library import Library
from tests.api.documents.conftest import ZEBRAS


def test_a_file_can_be_found_once_it_is_ingested(client: FlaskClient, library: Library) -> None:
    sent = {"file": (BytesIO(ZEBRAS.encode()), "zebras.txt")}
    answer = client.post("/v1/ingest/file", data=sent).json
    assert (answer["object"], answer["model"]) == ("list", "private-gpt")
    [document] = answer["data"]
    assert document["object"] == "ingest.document"
    assert document["doc_metadata"]["file_name"] == "zebras.txt"
    assert library.search("zebras")[0].document == document["doc_id"]
    again = client.post("/v1/ingest/file", data={"file": (BytesIO(ZEBRAS.encode()), "zebras.txt")})
    assert [each["doc_id"] for each in again.json["data"]] == [document["doc_id"]]


def test_a_text_is_ingested_listed_and_deleted(client: FlaskClient) -> None:
    body = {"file_name": "Pasted", "text": "Lions sleep all day."}
    [document] = client.post("/v1/ingest/text", json=body).json["data"]
    listed = client.get("/v1/ingest/list").json["data"]
    assert listed == [document]
    address = f"/v1/ingest/{document['doc_id']}"
    assert client.delete(address).status_code == 200
    assert client.get("/v1/ingest/list").json["data"] == []
    assert client.delete(address).status_code == 404


def test_a_file_that_cannot_be_read_is_refused(client: FlaskClient) -> None:
    sent = {"file": (BytesIO(b"%PDF-1.4 broken"), "broken.pdf")}
    response = client.post("/v1/ingest/file", data=sent)
    assert (response.status_code, response.json["error"]["param"]) == (400, "file")
    assert "damaged" in response.json["error"]["message"]
    assert client.get("/v1/ingest/list").json["data"] == []


def test_chunks_come_with_their_neighbours(client: FlaskClient, library: Library) -> None:
    parts = "\n\n".join(f"# Part {n}\n\n" + f"word{n} stands here. " * 150 for n in range(4))
    client.post("/v1/ingest/text", json={"file_name": "long.md", "text": parts})
    body = {"text": "word1", "limit": 1, "prev_next_chunks": 1}
    [chunk] = client.post("/v1/chunks", json=body).json["data"]
    assert (chunk["object"], chunk["document"]["object"]) == ("context.chunk", "ingest.document")
    assert "word1" in chunk["text"]
    assert len(chunk["previous_texts"]) <= 1
    assert len(chunk["next_texts"]) == 1
    [chunk] = client.post("/v1/chunks", json={"text": "word1", "limit": 1}).json["data"]
    assert (chunk["previous_texts"], chunk["next_texts"]) == (None, None)
    nothing = {"text": "word1", "context_filter": {"docs_ids": ["doc-none"]}}
    assert client.post("/v1/chunks", json=nothing).json["data"] == []
    assert client.post("/v1/chunks", json={"text": " "}).status_code == 400
