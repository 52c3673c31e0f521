"""The addresses under which other devices in the network reach this machine."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
from ipaddress import IPv4Address

from app.security.hosts import address_of, is_loopback

EVERYWHERE = ("0.0.0.0", "::", "")
BRIDGES = ("docker", "br-", "veth", "virbr", "lxc")  # other devices do not reach these
SIOCGIFADDR = 0x8915


def reachable(bound: str) -> list[str]:
    """Where others reach a server that listens on `bound`, one address or several with commas."""
    each = [name.strip() for name in bound.split(",")]
    found = lan_addresses() if set(each) & set(EVERYWHERE) else []
    named = [name for name in each if name not in EVERYWHERE and not is_loopback(name)]
    return list(dict.fromkeys([*found, *named]))


def url(name: str, port: int, scheme: str = "http") -> str:
    """The address of a page, without a path."""
    return f"{scheme}://{f'[{name}]' if ':' in name else name}:{port}"


def is_here(peer: str) -> bool:
    """Whether this machine itself asks, from one of its loopback addresses."""
    address = address_of(peer)
    return address is not None and address.is_loopback


def lan_addresses() -> list[str]:
    """IPv4, the one of the default route first."""
    found = [*_default_route(), *_interfaces()]
    return [each for each in dict.fromkeys(found) if _is_reachable(IPv4Address(each))]


def source_for(peer: str) -> str | None:
    """The address of this machine in the network of a peer."""
    # Connecting a datagram socket sends nothing; it only chooses the address to send from.
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((peer, 9))
        return str(probe.getsockname()[0])
    return None


def _is_reachable(address: IPv4Address) -> bool:
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)


def _default_route() -> list[str]:
    found = source_for("192.0.2.1")  # RFC 5737: an address for documentation
    return [found] if found else []


def _interfaces() -> list[str]:
    if sys.platform != "linux":
        with contextlib.suppress(OSError):
            return socket.gethostbyname_ex(socket.gethostname())[2]
        return []
    names = [name for _, name in socket.if_nameindex() if not name.startswith(BRIDGES)]
    return [address for name in names if (address := _address_of(name))]


def _address_of(interface: str) -> str | None:
    """Source: Linux, netdevice(7), SIOCGIFADDR."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        request = struct.pack("256s", interface.encode()[:15])
        try:
            answer = fcntl.ioctl(asked.fileno(), SIOCGIFADDR, request)
        except OSError:
            return None
    return socket.inet_ntoa(answer[20:24])
