from __future__ import annotations

import json

import msgspec
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.api.openai.chat_request import ChatCompletionRequest
from app.api.wire import decoded
from app.errors import BadRequest
from tests.api.serving import CHAT, conversation

DECODER = msgspec.json.Decoder(ChatCompletionRequest)
FIELDS = [field.name for field in msgspec.structs.fields(ChatCompletionRequest)]

EXAMPLES = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**40), 10**40)
    | st.floats()
    | st.text(st.characters(), max_size=10)
    | st.sampled_from(["user", "system", "text", "function", "auto", "a" * 1000]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["role", "content", "type", "text", "tool_calls", "function", "name"])
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


def _refused(client: FlaskClient, body: bytes) -> dict[str, object]:
    response = client.post(CHAT, data=body, content_type="application/json")
    assert response.status_code == 400
    error: dict[str, object] = response.json["error"]
    assert error["type"] == "invalid_request_error"
    assert error["message"]
    return error


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"{",
        b'{"messages": NaN}',
        b"\xff\xfe{\x00}\x00",
        b'{"messages":[{"role":"user","content":"\xff"}]}',
        b'{"messages":[{"role":"user","content":"\\ud800"}]}',
        b'{"x":' + b"[" * 100_000,
        b'{"json_schema":' + b"[" * 100_000,
        b"[" * 100_000,
        b"null",
        b"[]",
        b'"text"',
    ],
)
def test_what_is_not_a_json_object_is_refused(client: FlaskClient, body: bytes) -> None:
    assert _refused(client, body)["param"] is None


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "messages"),
        ({"messages": None}, "messages"),
        ({"messages": "Hi"}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": [{}]}, "messages[0].role"),
        ({"messages": [123]}, "messages[0]"),
        ({"messages": [{"role": 1}]}, "messages[0].role"),
        ({"messages": [{"role": "boss", "content": ""}]}, "messages[0].role"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content"),
        (
            {"messages": [{"role": "user", "content": [{"type": "text"}]}]},
            "messages[0].content[0].text",
        ),
        (conversation(max_tokens="many"), "max_tokens"),
        (conversation(max_tokens=-2), "max_tokens"),
        (conversation(max_tokens=10**30), "max_tokens"),
        (conversation(max_tokens=1.5), "max_tokens"),
        (conversation(temperature=-0.1), "temperature"),
        (conversation(temperature=True), "temperature"),
        (conversation(top_p=1.1), "top_p"),
        (conversation(repeat_penalty=0), "repeat_penalty"),
        (conversation(seed="1"), "seed"),
        (conversation(stop=""), "stop"),
        (conversation(stop=["a", ""]), "stop[1]"),
        (conversation(stop=["a"] * 100), "stop"),
        (conversation(stream=1), "stream"),
        (conversation(stream_options=[]), "stream_options"),
    ],
)
def test_a_wrong_value_is_refused_by_its_path(
    client: FlaskClient, sent: object, field: str
) -> None:
    error = _refused(client, json.dumps(sent).encode())
    assert error["param"] == field
    assert str(error["message"]).startswith(f"{field}: ")


def test_numbers_that_are_too_large_are_refused(client: FlaskClient) -> None:
    for number in (b"1e999", b"9" * 5000, b"NaN", b"Infinity", b"-1e400"):
        for field in (b"temperature", b"seed", b"max_tokens"):
            messages = b'"messages":[{"role":"user","content":"Hi"}]'
            _refused(client, b'{"%s":%s,%s}' % (field, number, messages))


def test_the_refusal_is_in_chinese_where_that_is_preferred(client: FlaskClient) -> None:
    for sent, message in (
        (conversation(max_tokens="x"), "max_tokens：应为 int | null，收到的是 str。"),
        ({}, "messages：必填，但缺少该字段。"),
        (conversation(top_p=2), "top_p：必须 <= 1.0。"),
    ):
        response = client.post(CHAT, json=sent, headers={"Accept-Language": "zh"})
        assert response.json["error"]["message"] == message


@EXAMPLES
@given(st.binary(max_size=60))
def test_no_bytes_give_a_500(client: FlaskClient, body: bytes) -> None:
    response = client.post(CHAT, data=body, content_type="application/json")
    assert response.status_code == 400


@EXAMPLES
@given(fields=st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), values, max_size=5))
def test_no_json_gives_a_500(client: FlaskClient, fields: dict[str, object]) -> None:
    body = json.dumps(conversation("Hi") | fields).encode("utf-8", "surrogatepass")
    response = client.post(CHAT, data=body, content_type="application/json")
    response.get_data()
    assert response.status_code in (200, 400)
    if response.status_code == 400:
        assert response.json["error"]["message"]


@EXAMPLES
@given(messages=st.lists(values, max_size=3))
def test_no_conversation_gives_a_500(client: FlaskClient, messages: list[object]) -> None:
    body = json.dumps({"messages": messages, "max_tokens": 2}).encode()
    response = client.post(CHAT, data=body, content_type="application/json")
    assert response.status_code in (200, 400)


@EXAMPLES
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_through_unchanged(text: str) -> None:
    body = json.dumps(conversation(text)).encode()
    assert decoded(body, DECODER).messages[0].content == text


def test_what_cannot_be_decoded_is_our_error_whatever_msgspec_says() -> None:
    with pytest.raises(BadRequest):
        decoded(b'{"messages":[{"role":"user","content":"' + b"\xed\xa0\x80" + b'"}]}', DECODER)
