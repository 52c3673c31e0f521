"""Which names this server answers to: none that a stranger can own (DNS rebinding)."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

ANNOUNCED = "assistant.local"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Hosts:
    """The names of a server that listens on `bound`, an address or several with commas between.

    `more`: further names, as this machine's people or their proxy call it.
    """

    def __init__(self, bound: str, more: Iterable[str] = ()) -> None:
        self._bound = tuple(each.strip().lower() for each in bound.split(","))
        self._more = {each.lower() for each in more}
        self.announced: str | None = None  # what the network finds it by

    @property
    def only_here(self) -> bool:
        """Whether other machines cannot reach it."""
        return all(is_loopback(each) for each in self._bound)

    @property
    def more(self) -> frozenset[str]:
        """Names besides this machine's own."""
        return frozenset(self._more)

    def add(self, name: str) -> None:
        """Answer to this name too."""
        self._more.add(name.lower())

    def announce(self, name: str) -> None:
        """Answer to this name too: devices of the network find it by that."""
        self.add(name)
        self.announced = name

    def answers_to(self, header: str) -> bool:
        """Whether it may be called so, in a Host header."""
        try:
            name = urlsplit(f"//{header}").hostname or ""
        except ValueError:
            return False
        name = name.rstrip(".")
        return name in self._more or any(_is_called(name, each) for each in self._bound)


def is_loopback(name: str) -> bool:
    """Whether it is a name or an address by which only this machine is reached from itself."""
    address = address_of(name)
    return name == "localhost" or (address is not None and address.is_loopback)


def address_of(name: str) -> Address | None:
    """The address that a text is; an IPv4 address may stand inside an IPv6 one."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def own_names() -> tuple[str, str, str]:
    """This machine's names on its network, which no stranger's site can have."""
    name = socket.gethostname().lower()
    return name, f"{name.partition('.')[0]}.local", ANNOUNCED


def _is_called(name: str, bound: str) -> bool:
    if is_loopback(name) or name == bound:
        return True
    if is_loopback(bound):
        return False
    # An address cannot be pointed elsewhere, as a name can.
    return address_of(name) is not None or name in own_names()
