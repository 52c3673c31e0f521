"""Two machines in one: network namespaces with a cable between, and what is done inside of each."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from tests.requirements import missing, program

Answer = TypeVar("Answer")

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET
_LIBC = ctypes.CDLL(None, use_errno=True)


class Machine:
    """One of them: a namespace with an address."""

    def __init__(self, name: str, address: str) -> None:
        self.name = f"{name}-{os.getpid()}"
        self.address = address
        try:
            _ip("netns", "add", self.name)
        except subprocess.CalledProcessError as error:
            missing(f"network namespaces: {error.stderr.decode().strip()}")
        self._ip("link", "set", "lo", "up")
        self._thread = ThreadPoolExecutor(1, initializer=self._enter)

    @property
    def command(self) -> list[str]:
        """What a command line begins with that runs there."""
        return [program("ip"), "netns", "exec", self.name]

    def do(self, action: Callable[[], Answer]) -> Answer:
        """Do something there, in a thread that belongs to it."""
        return self._thread.submit(action).result(60)

    def plug(self, cable: str) -> None:
        """Connect it by one end of a cable."""
        _ip("link", "set", cable, "netns", self.name)
        self._ip("addr", "add", f"{self.address}/24", "dev", cable)
        self._ip("link", "set", cable, "up")

    def close(self) -> None:
        """Take it away, and its end of the cable."""
        self._thread.shutdown()
        with suppress(subprocess.CalledProcessError):
            _ip("netns", "del", self.name)

    def _ip(self, *words: str) -> None:
        _ip("-n", self.name, *words)

    def _enter(self) -> None:
        file = os.open(Path("/run/netns", self.name), os.O_RDONLY)
        try:
            if _LIBC.setns(file, _NEW_NETWORK):
                raise OSError(ctypes.get_errno(), "setns")
        finally:
            os.close(file)


@contextmanager
def house(one: tuple[str, str], other: tuple[str, str]) -> Iterator[tuple[Machine, Machine]]:
    """Two machines by their names and addresses, with a cable between."""
    if os.geteuid() != 0:
        missing("only root makes network namespaces")
    first, second = Machine(*one), Machine(*other)
    try:
        _connect(first, second)
        yield first, second
    finally:
        first.close()
        second.close()


def _connect(one: Machine, other: Machine) -> None:
    ends = (f"a{os.getpid()}", f"b{os.getpid()}")
    _ip("link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
    one.plug(ends[0])
    other.plug(ends[1])


def _ip(*words: str) -> Any:
    return subprocess.run([program("ip"), *words], check=True, capture_output=True)
