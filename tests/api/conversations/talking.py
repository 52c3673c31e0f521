"""Someone who converses through the API."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient


class Talk:
    """One conversation."""

    def __init__(self, client: FlaskClient, **headers: str) -> None:
        self._client = client
        self._headers = headers
        self.id: str = self.post("/v1/conversations", {})["id"]
        self.last: str | None = None

    def post(
        self, path: str, body: dict[str, Any], status: tuple[int, ...] = (200, 201, 202)
    ) -> Any:
        response = self._client.post(path, json=body, headers=self._headers)
        assert response.status_code in status, response.text
        return response.json

    def begin(self, text: str | None = None, **more: Any) -> str:
        """Say something, or ask for another answer; the answer's id."""
        body = {"text": text, "parent": self.last, **more} if text is not None else more
        begun = self.post(f"/v1/conversations/{self.id}/answer", body)
        self.last = begun["messages"][-1]["id"]
        return self.last

    def events(self, start: int = 0, message: str | None = None) -> list[Any]:
        """All that comes until the answer is complete."""
        named = f"&message={message}" if message else ""
        path = f"/v1/conversations/{self.id}/events?from={start}{named}"
        text = self._client.get(path, headers=self._headers).get_data(as_text=True)
        lines = [line for line in text.splitlines() if line.startswith("data: ")]
        return [json.loads(line.removeprefix("data: ")) for line in lines]

    def say(self, text: str | None = None, **more: Any) -> dict[str, Any]:
        """Say something and wait for the answer."""
        self.begin(text, **more)
        message: dict[str, Any] = self.events()[-1]["message"]
        return message

    def whole(self) -> dict[str, Any]:
        response = self._client.get(f"/v1/conversations/{self.id}", headers=self._headers)
        found: dict[str, Any] = response.json
        return found
