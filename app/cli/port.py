"""Who has a port: nobody, another assistant, or some other program."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from app.errors import AddressTaken
from app.language import Text

ASK_TIMEOUT_S = 1.0
PORTS_TRIED = 100
TAKEN = (errno.EADDRINUSE, 10048, 10013)  # the latter two are Windows': in use, held exclusively


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there. Other trouble with the address is not looked for."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            first(host), port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            if os.name == "posix":  # a port that was closed a moment ago is free
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen(1)
    except OSError as error:
        return error.errno not in TAKEN
    return True


def next_free(host: str, port: int) -> int:
    """The first free port after this one. Raises: AddressTaken where there is none near."""
    last = min(port + PORTS_TRIED, 65535)
    for candidate in range(port + 1, last + 1):
        if is_free(host, candidate):
            return candidate
    raise AddressTaken(
        Text(
            "The ports from {first} to {last} are all taken. Name a free one with --port.",
            "从 {first} 到 {last} 的端口都被占用。请用 --port 指定一个空闲端口。",
        ).filled(first=port, last=last),
        taken=True,
    )


def is_assistant(host: str, port: int) -> bool:
    """Whether an assistant answers there, be it still loading."""
    import http.client  # most starts ask nobody, and wait 30 ms less

    connection = http.client.HTTPConnection(reachable(host), port, timeout=ASK_TIMEOUT_S)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().getheader("Server") == "assistant"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def reachable(host: str) -> str:
    """The address at which this machine itself reaches a server that listens on `host`."""
    host = first(host)
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)


def first(hosts: str) -> str:
    """The first of several addresses with commas between."""
    return hosts.partition(",")[0].strip()


def url(host: str, port: int) -> str:
    """The address for a browser."""
    name = reachable(host)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def holder(port: int) -> str | None:
    """The program that listens on a port, with its process id; None where that cannot be seen.

    Source: Linux, proc(5), /proc/net/tcp: state 0A listens, field 9 is the socket's inode.
    """
    inodes = {f"socket:[{inode}]" for inode in _listening(port)}
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()) in inodes:
                process = link.parts[2]
                name = Path("/proc", process, "comm").read_text().strip()
                return f"{name} ({process})"
        except OSError:
            continue
    return None


def _listening(port: int) -> Iterator[str]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]
