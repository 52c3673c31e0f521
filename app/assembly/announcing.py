"""The assistant's name in the network, where it is reachable from there."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from app.security.addresses import reachable
from app.settings import Settings

if TYPE_CHECKING:
    from app.security.security import Security


@contextmanager
def announced(
    settings: Settings, security: Security, port: int, told: Callable[[str], None]
) -> Iterator[None]:
    """Answers to assistant.local, or to the next name that is free, which `told` hears."""
    if not settings.mdns or security.hosts.only_here:
        yield
        return
    from app.security.mdns.responder import Responder

    def got(name: str) -> None:
        security.hosts.announce(name)
        if security.certificates is not None:
            security.certificates.renew()
        told(name)

    title = f"Assistant on {socket.gethostname().partition('.')[0]}"
    responder = Responder(port, partial(reachable, settings.host), got, title)
    try:
        yield
    finally:
        responder.close()
