"""How the child is asked: a line of JSON for each file, which comes with it already opened.

So the child needs no access to any file. Where descriptors cannot be sent (Windows), its path is.
"""

from __future__ import annotations

import json
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

MOST_BYTES = 1 << 16
SENDS_FILES = hasattr(socket, "send_fds")

Asked = tuple[IO[bytes], str]
"""A file to read, and the name that it goes by."""


def ask(channel: socket.socket, path: Path, name: str) -> None:
    """Hand over a file. Raises: OSError, also where the child is gone."""
    line = json.dumps({"name": name}).encode() + b"\n"
    with path.open("rb") as file:
        sent = socket.send_fds(channel, [line], [file.fileno()])
    channel.sendall(line[sent:])


def ask_by_path(pipe: IO[bytes], path: Path, name: str) -> None:
    """Name a file. Raises: OSError, where the child is gone."""
    pipe.write(json.dumps({"path": str(path), "name": name}).encode() + b"\n")
    pipe.flush()


def asked(requests: IO[bytes]) -> Iterator[Asked]:
    """What the parent asks for, until it asks no more."""
    if _is_socket(requests):
        with socket.socket(fileno=os.dup(requests.fileno())) as channel:
            yield from _handed_over(channel)
        return
    for line in requests:
        request = json.loads(line)
        with Path(request["path"]).open("rb") as file:
            yield file, request["name"]


def _handed_over(channel: socket.socket) -> Iterator[Asked]:
    while True:
        line, files, _, _ = socket.recv_fds(channel, MOST_BYTES, 1)
        while line and not line.endswith(b"\n"):
            line += channel.recv(MOST_BYTES)
        if not line:
            return
        yield os.fdopen(files[0], "rb"), json.loads(line)["name"]


def _is_socket(requests: IO[bytes]) -> bool:
    try:
        return SENDS_FILES and stat.S_ISSOCK(os.fstat(requests.fileno()).st_mode)
    except (OSError, ValueError):
        return False
