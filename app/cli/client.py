"""Asks a running assistant, as any other program would."""

from __future__ import annotations

import http.client
import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from app.errors import AssistantError
from app.language import Language, Text

TIMEOUT_S = 600.0  # a long prompt may be read that long, without a word

GONE = Text(
    "The assistant at {url} does not answer any more: {reason}.",
    "{url} 的助手不再响应：{reason}。",
)
WITHOUT_KEY = Text(
    "The assistant at {url} asks for a key. Give it: --api-key KEY, or ASSISTANT_API_KEY.",
    "{url} 的助手需要密钥。请用 --api-key 或环境变量 ASSISTANT_API_KEY 提供。",
)


class Refused(AssistantError):
    """What the assistant answers in place of what was asked for.

    `status`: as HTTP has it; `progress`: of a model that is still loading, 0 to 1.
    """

    def __init__(self, message: Text, status: int, progress: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.progress = progress


class Client:
    """One assistant at its address; each request has a connection of its own."""

    def __init__(self, url: str, key: str | None, language: Language) -> None:
        self._url = url
        self._address = urlsplit(url)
        self._headers = {"Content-Type": "application/json", "Accept-Language": language}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str) -> Any:
        """The JSON at an address. Raises: Refused; AssistantError where nobody answers."""
        with self._asked("GET", path) as response:
            return json.load(response)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON that a JSON object is answered with. Raises: as `get`."""
        with self._asked("POST", path, body) as response:
            return json.load(response)

    def stream(self, path: str, body: Mapping[str, Any]) -> Generator[dict[str, Any], None, None]:
        """The events of an answer, as they come. Raises: as `get`."""
        with self._asked("POST", path, {**body, "stream": True}) as response:
            for line in response:
                data = line.decode().strip().removeprefix("data:").strip()
                if data == "[DONE]":
                    return
                if data.startswith("{"):
                    event = json.loads(data)
                    if "error" in event:
                        raise Refused(_message(event), 500)
                    yield event

    @contextmanager
    def _asked(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Iterator[http.client.HTTPResponse]:
        host, port = self._address.hostname or "", self._address.port
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
        try:
            content = None if body is None else json.dumps(body).encode()
            connection.request(method, path, content, self._headers)
            with connection.getresponse() as response:
                if response.status >= 400:
                    raise self._refused(response)
                yield response
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise AssistantError(GONE.filled(url=self._url, reason=reason)) from error
        finally:
            connection.close()

    def _refused(self, response: http.client.HTTPResponse) -> Refused:
        if response.status == 401:
            return Refused(WITHOUT_KEY.filled(url=self._url), 401)
        try:
            told = json.load(response)
            return Refused(_message(told), response.status, told.get("progress"))
        except (ValueError, LookupError, TypeError):
            reason = f"HTTP {response.status}"
            return Refused(GONE.filled(url=self._url, reason=reason), response.status)


def _message(told: Any) -> Text:
    message = str(told["error"]["message"])
    return Text(message, message)  # in the language that was asked for
