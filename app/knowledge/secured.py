"""TLS towards others: whom to trust, and a connection that is encrypted."""

from __future__ import annotations

import http.client
import ssl
from functools import cache
from pathlib import Path

BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine, macOS
)
"""Where systems keep the authorities that they trust."""


@cache
def trust() -> ssl.SSLContext:
    """Trusts whom this system trusts, also where that is not the one OpenSSL was built for."""
    context = ssl.create_default_context()
    known = ssl.get_default_verify_paths()
    if not (known.cafile or known.capath):
        for bundle in filter(Path.is_file, map(Path, BUNDLES)):
            context.load_verify_locations(bundle)
            break
    return context


class SecuredConnection(http.client.HTTPConnection):
    """HTTPS. The one of http.client is missing where that was imported before OpenSSL was there."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        """Connect, and agree on a key."""
        super().connect()
        self.sock = trust().wrap_socket(self.sock, server_hostname=self.host)
