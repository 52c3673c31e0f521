"""A real Chroma server, as `chroma run` starts it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import VectorsFailed
from app.knowledge.vectors.remote import RemoteVectors
from tests.started import free_port

# What the command `chroma` of the library's package is made of.
COMMAND = "import sys, chromadb_rust_bindings as chroma; chroma.cli(sys.argv)"


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server with its data in a folder."""
    port = free_port()
    words = ["run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _await(address)
            yield address
        finally:
            process.kill()


def _await(address: str) -> None:
    vectors = RemoteVectors(address, "narrow")
    until = time.monotonic() + 60
    while True:
        try:
            vectors.count()
            break
        except VectorsFailed:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
    vectors.close()
