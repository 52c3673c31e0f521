"""Requests that a server must refuse, each with the words that its refusal must hold."""

from __future__ import annotations

import json
from typing import NamedTuple

from bench.wire import Request

MORE_THAN_FITS = "word " * 40_000
_CHAT = "/v1/chat/completions"
_HELLO = [{"role": "user", "content": "Hello"}]


class Malformed(NamedTuple):
    """What is sent, and the field or the reason that the answer must name."""

    request: Request
    names: str


def _wrong(path: str, names: str, **fields: object) -> Malformed:
    return _raw(path, json.dumps(fields).encode(), names)


def _raw(path: str, body: bytes, names: str, method: str = "POST") -> Malformed:
    return Malformed(Request(path, body, method), names)


def _wrong_chat(names: str, value: object) -> Malformed:
    return _wrong(_CHAT, names, messages=_HELLO, **{names: value})


MALFORMED = (
    _raw(_CHAT, b"", "JSON"),
    _raw(_CHAT, b'{"messages": [', "JSON"),
    _raw(_CHAT, b"\xff\xfe\x00", "JSON"),
    _raw(_CHAT, b"[]", "object"),
    _raw("/completion", b"hello", "JSON"),
    Malformed(Request(_CHAT, b"prompt=Hello", media_type="text/plain"), "JSON"),
    _raw("/v1/nothing", b"", "nothing at this address", method="GET"),
    _raw("/v1/nothing", b"{}", "nothing at this address"),
    _raw("/v1/models/none", b"", "none", method="GET"),
    _raw("/completion", b"", "method", method="GET"),
    _raw("/slots/0?action=sell", b"{}", "action"),
    _raw("/slots/999?action=erase", b"{}", "999"),
    _wrong(_CHAT, "messages"),
    _wrong(_CHAT, "messages", messages=1),
    _wrong(_CHAT, "messages", messages=[]),
    _wrong(_CHAT, "role", messages=[{"role": 7, "content": "Hello"}]),
    _wrong(_CHAT, "content", messages=[{"role": "user", "content": 7}]),
    _wrong(_CHAT, "tokens", messages=[{"role": "user", "content": MORE_THAN_FITS}]),
    _wrong_chat("temperature", "hot"),
    _wrong_chat("max_tokens", "many"),
    _wrong_chat("stream", "perhaps"),
    _wrong_chat("stop", 5),
    _wrong_chat("logit_bias", 1.5),
    _wrong_chat("response_format", {"type": "poem"}),
    _wrong_chat("tools", "hammer"),
    _wrong_chat("tool_choice", "hammer"),
    _wrong("/v1/completions", "prompt", prompt=5.5),
    _wrong("/v1/completions", "tokens", prompt=MORE_THAN_FITS),
    _wrong("/completion", "prompt"),
    _wrong("/completion", "n_predict", prompt="Hello", n_predict="all"),
    _wrong("/completion", "grammar", prompt="Hello", grammar="root ::= ("),
    _wrong("/completion", "token", prompt=[1, 2, 10**9]),
    _wrong("/v1/responses", "input", input=5.5),
    _wrong("/v1/messages", "messages", max_tokens=5, messages="Hello"),
    _wrong("/v1/messages", "max_tokens", max_tokens="many", messages=_HELLO),
    _wrong("/v1/messages", "max_tokens", messages=_HELLO),
    _wrong("/api/chat", "messages", messages="Hello"),
    _wrong("/api/generate", "prompt", prompt=5),
    _wrong("/v1/embeddings", "input", input=5.5),
    _wrong("/tokenize", "content", content=[{}]),
    _wrong("/detokenize", "tokens", tokens="Hello"),
    _wrong("/apply-template", "messages", messages=3),
)
