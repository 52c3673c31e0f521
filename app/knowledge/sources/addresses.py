"""Which hosts may be asked: a page from outside must not be a way into this network."""

from __future__ import annotations

import ipaddress
import socket

from app.errors import SourceRefused
from app.language import Text


def resolved(host: str, port: int, private_allowed: bool) -> str:
    """An address of the host that may be connected to.

    The caller connects to this address, not to the name: a second look-up could say another.
    Raises: SourceRefused, where the host is unknown or any address of it is private.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SourceRefused(
            Text("There is no server named {host}.", "找不到名为 {host} 的服务器。").filled(
                host=host
            )
        ) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not private_allowed and not all(map(is_public, addresses)):
        raise SourceRefused(
            Text(
                "{host} is an address of this machine or its network. Allow private addresses "
                "if you mean it.",
                "{host} 是本机或内部网络的地址。如确需访问，请允许内网地址。",
            ).filled(host=host)
        )
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address belongs to the open internet."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo and parsed.teredo[1])
        if inner:
            return is_public(str(inner))
        if parsed in ipaddress.ip_network("64:ff9b::/96"):  # an IPv4 address behind NAT64
            return is_public(str(ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF)))
    return parsed.is_global and not parsed.is_multicast
