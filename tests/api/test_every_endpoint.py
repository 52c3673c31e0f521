"""Whatever is sent, wherever: an answer, or a refusal that says what is wrong; never a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TURNS = [{"role": "user", "content": "Hi"}]

# Every address that takes JSON, with something that it answers.
ADDRESSES: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": {"messages": TURNS},
    "/v1/chat/completions/input_tokens": {"messages": TURNS},
    "/v1/completions": {"prompt": "Hi"},
    "/v1/responses": {"input": "Hi"},
    "/v1/responses/input_tokens": {"input": "Hi"},
    "/v1/embeddings": {"input": "Hi"},
    "/completion": {"prompt": "Hi"},
    "/tokenize": {"content": "Hi"},
    "/detokenize": {"tokens": [72]},
    "/apply-template": {"messages": TURNS},
    "/embedding": {"content": "Hi"},
    "/rerank": {"query": "a", "documents": ["b"]},
    "/infill": {"input_prefix": "a", "input_suffix": "b"},
    "/v1/messages": {"messages": TURNS, "max_tokens": 9},
    "/v1/messages/count_tokens": {"messages": TURNS},
    "/api/chat": {"messages": TURNS},
    "/api/generate": {"prompt": "Hi"},
    "/api/show": {"model": "scripted"},
    "/api/embed": {"input": "Hi"},
    "/api/embeddings": {"prompt": "Hi"},
    "/v1/documents": {"text": "Hi"},
    "/v1/search": {"query": "Hi"},
    "/v1/chunks": {"text": "Hi"},
    "/v1/vector_stores": {"name": "Hi"},
    "/v1/images/ocr": {"image": "SGk="},
    "/v1/conversations": {"title": "Hi"},
    "/v1/import": {"messages": TURNS},
    "/v1/profiles": {"name": "Ada"},
    "/v1/audio/live": {"language": "en"},
    "/v1/audio/speech": {"input": "Hi"},
    "/v1/audio/aloud": {"input": "Hi"},
    "/v1/keys": {"name": "Hi"},
}
CREATED = dict.fromkeys(("/v1/conversations", "/v1/import", "/v1/audio/live", "/v1/keys"), 201)
STATUSES = {**CREATED, "/v1/documents": 202, "/infill": 501, "/rerank": 501}
NAMES = (
    *("messages", "prompt", "input", "content", "role", "type", "text", "tools", "tool_choice"),
    *("function", "name", "parameters", "response_format", "json_schema", "grammar", "stop", "n"),
    *("max_tokens", "temperature", "top_k", "top_p", "seed", "logit_bias", "samplers", "lora"),
    *("stream", "logprobs", "n_probs", "system", "format", "options", "think", "suffix", "echo"),
    *("id_slot", "query", "documents", "tokens", "tool_calls", "thinking", "instructions"),
    *("use_context", "context_filter", "include_sources", "type", "prev_next_chunks", "filter"),
    *("depth", "limit", "tags", "collection", "metadata", "watch", "image", "images", "image_url"),
    *("markdown", "conversations", "title", "folder", "pin", "settings", "id", "parent", "state"),
    *("language", "pause", "words", "task"),
    *("voice", "speed", "stream_format"),
    *("input_prefix", "input_suffix", "input_extra", "n_predict", "dimensions", "reasoning"),
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 400)
    | st.integers(-(10**40), 10**40)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["user", "assistant", "text", "function", "auto", "required", "object"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=8,
)
EXAMPLES = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def test_every_address_that_takes_json_is_tried(everywhere: FlaskClient) -> None:
    rules = everywhere.application.url_map.iter_rules()
    posts = {str(rule): rule.endpoint for rule in rules if "POST" in (rule.methods or ())}
    tried = {posts[each] for each in ADDRESSES}
    others = {
        *("llamacpp_slots.act", "llamacpp_props.change", "llamacpp_lora.scale"),
        *("documents_files.add", "documents_ingest.file", "documents_ingest.text"),
        *("documents_vector_stores.change", "documents_vector_stores.search"),
        *("documents_file_batches.add", "documents_file_batches.cancel"),
        *("documents_vector_store_files.add", "documents_vector_store_files.change"),
        *("conversations_answers.begin", "conversations.restore", "conversations_profiles.unlock"),
        *("assist.answer", "talk.begin"),
        *("speech_transcriptions.transcribe", "speech_transcriptions.translate"),
        *("speech_live.feed", "pairing.redeem"),
    }
    assert set(posts.values()) == tried | others


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_it_takes_is_answered(everywhere: FlaskClient, address: str) -> None:
    status = everywhere.post(address, json=ADDRESSES[address]).status_code
    assert status == STATUSES.get(address, 200)  # 501: the scripted ones lack that


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b'"x"', b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(
    everywhere: FlaskClient, address: str, body: bytes
) -> None:
    response = everywhere.post(address, data=body, content_type="application/json")
    assert response.status_code in (400, 501)
    assert response.json["error"]


@EXAMPLES
@given(
    address=st.sampled_from(list(ADDRESSES)),
    fields=st.dictionaries(st.sampled_from(NAMES), values, max_size=4),
)
def test_no_json_gives_a_500(
    everywhere: FlaskClient, address: str, fields: dict[str, object]
) -> None:
    body = json.dumps({**ADDRESSES[address], "max_tokens": 3, **fields}).encode()
    response = everywhere.post(address, data=body, content_type="application/json")
    response.get_data()
    assert response.status_code in (200, 201, 202, 400, 404, 501), response.text
    if response.status_code >= 400:
        assert response.json["error"]
