"""The built file, started as a user starts it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

READY_S = 120.0
CACHE_VARIABLE = "ASSISTANT_TEST_CACHE"
"""The folder that stands for a user's cache, for all tests of one run."""

Answer = TypeVar("Answer")


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, **more: str) -> dict[str, str]:
    """A user's environment: an own home, English, and nothing of the one who runs the tests.

    The cache is the same for all tests of a run: unpacking it again for each takes long. And as
    tests run side by side, one for each core, what they start computes with one thread: several
    wait for one another far longer where they can't all run at once, and llama.cpp then adds up
    long attentions in other orders for one token than for several, which can turn a near tie.
    """
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    if CACHE_VARIABLE in os.environ:
        kept["XDG_CACHE_HOME"] = os.environ[CACHE_VARIABLE]
    own = {"HOME": str(home), "LANG": "en_US.UTF-8", "ASSISTANT_THREADS": "1"}
    return {**kept, **own, **more}


def program(bootloader: subprocess.Popen[bytes]) -> int:
    """The process that the bootloader started: the program itself."""
    children = Path(f"/proc/{bootloader.pid}/task/{bootloader.pid}/children").read_text()
    return int(children.split()[0])


def settled(ask: Callable[[], Answer]) -> Answer:
    """An answer whose prompt was read before, as those of all later ones: rounded like them."""
    ask()
    return ask()


class Started:
    """A running `assistant` that serves; `output` is the file that takes what it prints."""

    def __init__(
        self,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        output: Path,
        port: int | None = None,
        folder: Path | None = None,
    ) -> None:
        self.port = port or free_port()
        self.output = output
        arguments = ["--no-browser", "--port", str(self.port)] if port is None else []
        with output.open("wb") as stream:
            self.process = subprocess.Popen(
                [*map(str, command), *arguments],
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> Started:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def printed(self) -> str:
        """Everything it has printed so far."""
        return self.output.read_text(encoding="utf-8")

    def wait_ready(self, timeout_s: float = READY_S) -> Started:
        """Until it answers questions."""
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            status = self.process.poll()
            assert status is None, f"it ended with status {status}:\n{self.printed}"
            if self._health() == 200:
                return self
            time.sleep(0.05)
        raise AssertionError(f"not ready after {timeout_s} s:\n{self.printed}")

    def _health(self) -> int:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return 0

    def ask(
        self,
        question: str,
        max_tokens: int = 12,
        timeout_s: float = READY_S,
        system: str | None = None,
    ) -> str:
        """The answer to one question through the API."""
        asked = [("user", question)] if system is None else [("system", system), ("user", question)]
        body = {
            "messages": [{"role": role, "content": content} for role, content in asked],
            "max_tokens": max_tokens,
            "temperature": 0,
        }
        answer = self.post("/v1/chat/completions", body, timeout_s)
        return str(answer["choices"][0]["message"]["content"])

    def post(self, path: str, body: Mapping[str, Any], timeout_s: float = READY_S) -> Any:
        """The JSON that a POST of JSON is answered with."""
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout_s) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"{error}: {error.read()!r}\n{self.printed}") from error

    def end(self, number: signal.Signals = signal.SIGTERM, within_s: float = 10.0) -> int:
        """Sends a signal; the exit status."""
        self.process.send_signal(number)
        return self.process.wait(within_s)
