from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from app.api.openapi.operations import OPERATIONS
from app.api.services import Endpoints, Services
from app.knowledge.drafts import Wanted
from app.knowledge.library import Library
from tests.api.serving import client_of
from tests.fakes.embedder import scripted_embedder
from tests.fakes.recognizer import instant_hearing
from tests.fakes.sight import scripted_sight
from tests.knowledge.libraries import LONG_S, opened

TURNS = [{"role": "user", "content": "What do zebras eat?"}]
TOLD = {"messages": TURNS, "use_context": True}

# Requests that are answered; {document}, {job} and {store} stand for those that are there.
JSON: list[tuple[str, str, Any]] = [
    ("GET", "/openapi.json", None),
    ("GET", "/health", None),
    ("GET", "/v1/documents", None),
    ("POST", "/v1/documents", {"text": "Lions sleep."}),
    ("GET", "/v1/documents/{document}", None),
    ("PATCH", "/v1/documents/{document}", {"tags": ["a"], "collection": "b"}),
    ("GET", "/v1/documents/{document}/text", None),
    ("GET", "/v1/jobs", None),
    ("GET", "/v1/jobs/{job}", None),
    ("DELETE", "/v1/jobs/{job}", None),
    ("POST", "/v1/search", {"query": "zebras"}),
    ("POST", "/v1/chunks", {"text": "zebras", "prev_next_chunks": 1}),
    ("POST", "/v1/ingest/text", {"file_name": "a", "text": "Gnus."}),
    ("GET", "/v1/ingest/list", None),
    ("GET", "/v1/files", None),
    ("GET", "/v1/files/{document}", None),
    ("POST", "/v1/vector_stores", {"name": "a", "file_ids": []}),
    ("GET", "/v1/vector_stores", None),
    ("GET", "/v1/vector_stores/{store}", None),
    ("POST", "/v1/vector_stores/{store}", {"name": "b"}),
    ("POST", "/v1/vector_stores/{store}/files", {"file_id": "{document}"}),
    ("GET", "/v1/vector_stores/{store}/files", None),
    ("GET", "/v1/vector_stores/{store}/files/{document}", None),
    ("POST", "/v1/vector_stores/{store}/files/{document}", {"attributes": {"a": 1}}),
    ("GET", "/v1/vector_stores/{store}/files/{document}/content", None),
    ("POST", "/v1/vector_stores/{store}/file_batches", {"files": [{"file_id": "{document}"}]}),
    ("POST", "/v1/vector_stores/{store}/search", {"query": "zebras"}),
    ("DELETE", "/v1/vector_stores/{store}/files/{document}", None),
    ("DELETE", "/v1/vector_stores/{store}", None),
    ("POST", "/v1/audio/live", {"language": "zh", "pause": 1}),
    ("DELETE", "/v1/audio/live/none", None),
    ("POST", "/v1/chat/completions", {"messages": TURNS}),
    ("POST", "/v1/chat/completions", TOLD),
    ("POST", "/v1/chat/completions/input_tokens", {"messages": TURNS}),
    ("POST", "/v1/completions", {"prompt": "Hi"}),
    ("POST", "/v1/completions", {"prompt": "zebras", "use_context": True}),
    ("POST", "/v1/responses", {"input": "Hi"}),
    ("POST", "/v1/responses/input_tokens", {"input": "Hi"}),
    ("POST", "/v1/embeddings", {"input": "Hi"}),
    ("GET", "/v1/models", None),
    ("GET", "/v1/models/scripted", None),
    ("POST", "/v1/messages", {"messages": TURNS, "max_tokens": 9}),
    ("POST", "/v1/messages/count_tokens", {"messages": TURNS}),
    ("POST", "/completion", {"prompt": "Hi"}),
    ("POST", "/completion", {"prompt": ["a", "b"]}),
    ("POST", "/embedding", {"content": "Hi"}),
    ("POST", "/tokenize", {"content": "Hi"}),
    ("POST", "/tokenize", {"content": "Hi", "with_pieces": True}),
    ("POST", "/detokenize", {"tokens": [72]}),
    ("POST", "/apply-template", {"messages": TURNS}),
    ("GET", "/lora-adapters", None),
    ("POST", "/lora-adapters", []),
    ("GET", "/props", None),
    ("GET", "/slots", None),
    ("POST", "/slots/0?action=erase", {"filename": "a"}),
    ("POST", "/api/chat", {"messages": TURNS, "stream": False}),
    ("POST", "/api/generate", {"prompt": "Hi", "stream": False}),
    ("POST", "/api/embed", {"input": "Hi"}),
    ("POST", "/api/embeddings", {"prompt": "Hi"}),
    ("GET", "/api/tags", None),
    ("GET", "/api/ps", None),
    ("POST", "/api/show", {"model": "scripted"}),
    ("GET", "/api/version", None),
    ("POST", "/v1/images/ocr", {"image": "SGk="}),
    ("DELETE", "/v1/files/{document}", None),
    ("POST", "/v1/documents", {"nothing": "of the kind"}),
    ("POST", "/v1/messages", {}),
    ("POST", "/completion", {}),
    ("POST", "/api/chat", {}),
    ("GET", "/v1/files/none", None),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = opened(Path(tmp_path_factory.mktemp("described")))
    yield library
    library.close()


@pytest.fixture
def everything(services: Services, library: Library) -> Iterator[FlaskClient]:
    embedder = scripted_embedder()
    more = {"embedder": embedder, "library": library, "endpoints": Endpoints(metrics=True)}
    with scripted_sight() as sight:
        more["hearing"] = instant_hearing()
        yield client_of(replace(services, sight=sight, **more))
    embedder.close()


@pytest.fixture
def there(library: Library) -> dict[str, str]:
    """A document, its job, and a collection that it is in."""
    job = library.wait(library.add("zebras.txt", b"Zebras eat grass."), LONG_S, searchable=False)
    store = library.collections.create("zoo")
    assert job.document
    library.documents.describe(job.document, Wanted((store.uid,)))
    return {"document": job.document, "job": job.uid, "store": store.uid}


def test_every_address_is_described_and_nothing_else(everything: FlaskClient) -> None:
    paths = everything.get("/openapi.json").json["paths"]
    described = {(method.upper(), path) for path, each in paths.items() for method in each}
    rules = list(everything.application.url_map.iter_rules())
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served
    assert set(OPERATIONS) == {rule.endpoint for rule in rules}


def test_every_description_is_complete(everything: FlaskClient) -> None:
    told = everything.get("/openapi.json").json
    operations = [each for path in told["paths"].values() for each in path.values()]
    names = [each["operationId"] for each in operations]
    assert len(set(names)) == len(names)
    assert all(each["summary"].endswith((".", "refused.")) for each in operations)
    for schema in told["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', str(told).replace("'", '"')))
    assert references <= set(told["components"]["schemas"])


@pytest.mark.parametrize(("method", "address", "body"), JSON)
def test_what_is_answered_is_what_was_described(
    everything: FlaskClient, there: dict[str, str], method: str, address: str, body: Any
) -> None:
    told = everything.get("/openapi.json").json
    sent = filled(body, there)
    response = everything.open(address.format(**there), method=method, json=sent)
    operation = operation_at(everything, told, method, address.format(**there))
    status = str(response.status_code)
    described = operation["responses"].get(status, operation["responses"].get(f"{status[0]}XX"))
    assert described is not None, status
    schema = described["content"]["application/json"]["schema"]
    whole = {**schema, "components": told["components"]}
    Draft202012Validator(whole).validate(response.json)
    if response.status_code < 400 and body is not None:
        request = operation["requestBody"]["content"]["application/json"]["schema"]
        Draft202012Validator({**request, "components": told["components"]}).validate(sent)


def test_forms_and_files_are_as_described(everything: FlaskClient, there: dict[str, str]) -> None:
    told = everything.get("/openapi.json").json
    for address, more in (("/v1/documents", {}), ("/v1/files", {"purpose": "assistants"})):
        operation = told["paths"][address]["post"]
        fields = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
        sent = {"file": (BytesIO(b"gnus"), "gnus.txt"), **more}
        assert set(fields["required"]) == set(sent)
        response = everything.post(address, data=sent)
        schema = operation["responses"][str(response.status_code)]["content"]["application/json"]
        whole = {**schema["schema"], "components": told["components"]}
        Draft202012Validator(whole).validate(response.json)


def filled(body: Any, there: dict[str, str]) -> Any:
    """A body with what is there in its places."""
    if isinstance(body, dict):
        return {name: filled(value, there) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, there) for value in body]
    return body.format(**there) if isinstance(body, str) else body


def operation_at(client: FlaskClient, told: Any, method: str, address: str) -> Any:
    adapter = client.application.url_map.bind("localhost")
    rule, _ = adapter.match(address.partition("?")[0], method, return_rule=True)
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
    return told["paths"][path][method.lower()]
