"""Starts a server as a user would, and measures it from outside: HTTP and /proc only."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE_S = 120.0


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A running server: its command, its port, and the moment it was started."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    port: int = field(default_factory=free_port)
    address: str = "127.0.0.1"  # where it is asked
    headers: dict[str, str] = field(default_factory=dict)  # with which

    def __enter__(self) -> Server:
        """Start it; the clock of `seconds` runs from here."""
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [*self.command, "--port", str(self.port)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End it as a terminal would, and wait for it."""
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.process.wait()

    def kill(self) -> None:
        """End all its processes at once, as a power cut would."""
        for pid in reversed(list(_tree(self.process.pid))):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.started

    def wait_healthy(self) -> float:
        """Seconds from the start to the first 200 of /health."""
        while self.seconds() < PATIENCE_S:
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended with status {self.process.returncode}.")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self._get("/health") == 200:
                    return self.seconds()
            time.sleep(0.002)
        raise SystemExit(f"{self.name} did not become healthy within {PATIENCE_S:.0f} s.")

    def _get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def stream(
        self,
        question: str,
        max_tokens: int,
        timings: dict[str, float] | None = None,
        **parameters: object,
    ) -> Iterator[str]:
        """Ask for a chat completion; yields the text pieces as they come, then fills `timings`."""
        body = {
            "messages": [{"role": "user", "content": question}],
            "max_tokens": max_tokens,
            "stream": True,
            **parameters,
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request(
            "POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"}
        )
        response = connection.getresponse()
        if response.status != 200:
            raise SystemExit(f"{self.name} answered {response.status}: {response.read()[:300]!r}")
        for line in response:
            if line.startswith(b"data: {"):
                chunk = json.loads(line[6:])
                if timings is not None:
                    timings.update(chunk.get("timings") or {})
                if chunk["choices"] and (text := chunk["choices"][0]["delta"].get("content")):
                    yield text
        connection.close()

    def memory(self) -> Memory:
        """What its processes hold in memory just now."""
        return sum(map(_memory_of, _tree(self.process.pid)), Memory(0, 0))


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes: all that is resident, and the part of it that is not a mapped file."""

    resident: int
    anonymous: int

    def __add__(self, other: Memory) -> Memory:
        """Both together."""
        return Memory(self.resident + other.resident, self.anonymous + other.anonymous)


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _tree(int(child))


def _memory_of(pid: int) -> Memory:
    """In proportion, so that what two processes share counts once. Source: proc(5), smaps."""
    fields: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, value, _ = line.split()
        fields[name] = int(value) * 1024
    return Memory(fields["Pss:"], fields["Pss_Anon:"])
