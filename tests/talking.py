"""Talks hands-free with a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import numpy as np

from app.speech.media.resampling import Resampler


def at_16_khz(samples: bytes) -> bytes:
    """Sound of the voice, which has 24 kHz, as listening wants it."""
    resampler = Resampler(24_000, 16_000)
    sound = np.frombuffer(samples, "<i2").astype(np.float32)
    lower = np.concatenate((resampler.add(sound), resampler.end()))
    return lower.clip(-32768, 32767).astype("<i2").tobytes()


class Conversation:
    """A client that is listened to, and reads what comes back."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.id = client.post("/v1/audio/live", json={}).json()["id"]
        self._lines: Iterator[str] = iter(())
        self.seen: list[Any] = []

    @contextmanager
    def talking(self, **fields: Any) -> Iterator[Conversation]:
        asked = {"live": self.id, "response_format": "pcm", **fields}
        with self._client.stream("POST", "/v1/talk", json=asked) as response:
            assert response.status_code == 200, response.read()
            self._lines = response.iter_lines()
            yield self

    def say(self, samples: bytes) -> None:
        """Sound as `/v1/audio/live` wants it, in pieces."""
        for at in range(0, len(samples), 64_000):
            part = samples[at : at + 64_000]
            head = {"Content-Type": "audio/pcm"}
            self._client.post(f"/v1/audio/live/{self.id}", content=part, headers=head)

    def until(self, kind: str) -> Any:
        """The next event of that kind; those before it are seen, too."""
        for line in self._lines:
            if line.startswith("data: {"):
                self.seen.append(json.loads(line.removeprefix("data: ")))
                if self.seen[-1]["type"] == kind:
                    return self.seen[-1]
        raise AssertionError(f"no {kind} among {[each['type'] for each in self.seen]}")

    def post(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._client.request(method, path, **more)
