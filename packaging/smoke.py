"""Starts a built file and asks it one question, as its user would."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.language import Text
from console import working
from failures import BuildFailed

QUESTION = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 16}
LIMIT_S = 300.0

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Without a proxy, which could not reach this machine's own address."""

_SILENT = Text(
    "The built file does not answer: {reason}. Start it yourself to see more: {path} --verbose",
    "构建出的文件没有回答：{reason}。可自行启动以查看详情：{path} --verbose",
)


def asked(path: Path) -> float:
    """Ask, and return how many seconds it took from the start to the end of the answer.

    Raises: BuildFailed, if there is no answer.
    """
    asking = Text("Asking the built file a question", "正在向构建出的文件提问")
    began = time.monotonic()
    with (
        working(asking),
        tempfile.TemporaryDirectory() as folder,
        _served(path, Path(folder)) as address,
    ):
        body = json.dumps(QUESTION).encode()
        request = urllib.request.Request(
            f"{address}/v1/chat/completions", body, {"Content-Type": "application/json"}
        )
        try:
            with _DIRECT.open(request, timeout=LIMIT_S) as response:
                answer = json.load(response)["choices"][0]["message"]["content"]
        except (OSError, ValueError, LookupError) as error:
            raise _failed(path, error) from error
    if not answer.strip():
        raise _failed(path, '""')
    return time.monotonic() - began


@contextmanager
def _served(path: Path, folder: Path) -> Iterator[str]:
    """The address at which the file answers, which it does inside the block."""
    port = _free_port()
    output = folder / "output"
    with output.open("wb") as stream:
        program = subprocess.Popen(
            [path, "--no-browser", "--port", str(port), "--ctx-size", "512", "--data", folder],
            cwd=folder,
            env={name: value for name, value in os.environ.items() if name[:10] != "ASSISTANT_"},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        if not _ready(program, f"http://127.0.0.1:{port}"):
            lines = output.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise _failed(path, " ".join(lines[-2:]) or "…")
        yield f"http://127.0.0.1:{port}"
    finally:
        program.terminate()
        program.wait(30)


def _ready(program: subprocess.Popen[bytes], address: str) -> bool:
    until = time.monotonic() + LIMIT_S
    while program.poll() is None and time.monotonic() < until:
        try:
            with _DIRECT.open(f"{address}/health", timeout=5):
                return True
        except OSError:  # not listening yet, or 503 while it loads
            time.sleep(0.05)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _failed(path: Path, reason: object) -> BuildFailed:
    return BuildFailed(_SILENT.filled(reason=str(reason).rstrip(".。"), path=path))
