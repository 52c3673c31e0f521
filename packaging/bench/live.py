"""A person who speaks into a running assistant, and sees what it shows of that."""

from __future__ import annotations

import http.client
import json
import threading
import time
from typing import Any

from bench.recordings import RATE, Recording
from bench.servers import PATIENCE_S, Server
from bench.words import aligned, words

CHUNK_S = 0.2  # as a browser sends it
READY_S = 3.0  # between the opened page and the first word


class Speaker:
    """Speaks a recording at the pace of life; `events` holds what was told, and when."""

    def __init__(self, server: Server, recording: Recording) -> None:
        self._server = server
        self._recording = recording
        self.events: list[tuple[float, dict[str, Any]]] = []

    def speak(self) -> Speaker:
        """To the end, and until all is told."""
        told = self._asked("POST", "/v1/audio/live", b'{"language": "en"}', "application/json")
        address = f"/v1/audio/live/{told['id']}"
        reader = threading.Thread(target=self._read, args=(address,))
        reader.start()
        time.sleep(READY_S)
        self._began = time.perf_counter()
        self._send(address)
        self._asked("DELETE", address)
        reader.join()
        return self

    def delays(self) -> list[float]:
        """Seconds from the end of each word to the first time that it was shown where it belongs.

        Words that never were are left out.
        """
        said, ends = words(self._recording.text), self._recording.ends
        shown: dict[int, float] = {}
        finals: dict[int, str] = {}
        for at, event in self.events:
            if event["type"] == "speech":
                continue
            text = " ".join([*finals.values(), event["text"]])
            if event["type"] == "final":
                finals[event["utterance"]] = event["text"]
            begun = 1 + sum(end <= at for end in ends)  # a later word cannot be one of these
            for word in aligned(said[:begun], words(text))[1]:
                shown.setdefault(word, at)
        return [at - ends[word] for word, at in sorted(shown.items())]

    def text(self) -> str:
        """All that was final."""
        return " ".join(event["text"] for _, event in self.events if event["type"] == "final")

    def _send(self, address: str) -> None:
        size = round(CHUNK_S * RATE) * 2
        samples = self._recording.samples
        for at in range(0, len(samples), size):
            chunk = samples[at : at + size]
            due = self._began + (at + len(chunk)) / 2 / RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            self._asked("POST", address, chunk, "audio/pcm")

    def _read(self, address: str) -> None:
        connection = self._connection()
        connection.request("GET", f"{address}/events")
        for line in connection.getresponse():
            if line.startswith(b"data: {"):
                self.events.append((time.perf_counter() - self._began, json.loads(line[6:])))
        connection.close()

    def _asked(self, method: str, path: str, body: bytes = b"", media: str = "") -> Any:
        connection = self._connection()
        connection.request(method, path, body, {"Content-Type": media} if media else {})
        response = connection.getresponse()
        answer = response.read()
        connection.close()
        if response.status >= 300:
            raise SystemExit(f"{method} {path}: {response.status} {answer[:300]!r}")
        return json.loads(answer)

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=PATIENCE_S)
