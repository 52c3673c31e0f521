"""One request to a server as it goes over the wire: whole, wrong, or left before its answer."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import NamedTuple

from bench.servers import PATIENCE_S, Server


class Request(NamedTuple):
    """What is sent."""

    path: str
    body: bytes = b""
    method: str = "POST"
    media_type: str = "application/json"


def opened(server: Server, request: Request) -> http.client.HTTPConnection:
    """A connection of its own, on which this has been asked."""
    connection = http.client.HTTPConnection(server.address, server.port, timeout=PATIENCE_S)
    headers = {"Content-Type": request.media_type, "Accept-Language": "en", "Connection": "close"}
    headers |= server.headers
    connection.request(request.method, request.path, request.body, headers)
    return connection


def sent(server: Server, request: Request) -> tuple[int, str]:
    """The status and the text of the answer."""
    with opened(server, request).getresponse() as response:
        return response.status, response.read().decode()


def completion(prompt: str, tokens: int, stream: bool, **more: object) -> Request:
    """A greedy one: streamed in llama-server's protocol, in one piece in OpenAI's."""
    fields = {"prompt": prompt, "max_tokens": tokens, "temperature": 0, "stream": stream, **more}
    if stream:
        fields["n_predict"] = fields.pop("max_tokens")
    path = "/completion" if stream else "/v1/completions"
    return Request(path, json.dumps(fields).encode())


def pieces(response: http.client.HTTPResponse) -> Iterator[str]:
    """The texts of a streamed completion, as they come."""
    for line in response:
        if line.startswith(b"data: {"):
            yield str(json.loads(line[6:])["content"])
