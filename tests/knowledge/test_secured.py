from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.knowledge import secured

NOWHERE = ssl.DefaultVerifyPaths(None, None, "", "", "", "")


class Context:
    """Notes what it is asked for."""

    def __init__(self) -> None:
        self.loaded: list[Path] = []
        self.wrapped: list[str] = []

    def load_verify_locations(self, bundle: Path) -> None:
        self.loaded.append(bundle)

    def wrap_socket(self, plain: socket.socket, server_hostname: str) -> socket.socket:
        self.wrapped.append(server_hostname)
        return plain


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> Context:
    context = Context()
    monkeypatch.setattr(ssl, "create_default_context", lambda: context)
    secured.trust.cache_clear()
    return context


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    secured.trust.cache_clear()


def test_where_openssl_knows_no_authorities_the_systems_own_are_trusted(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "fedora.crt", tmp_path / "alpine.pem"
    for bundle in (first, second):
        bundle.touch()
    monkeypatch.setattr(secured, "BUNDLES", (str(tmp_path / "none"), str(first), str(second)))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: NOWHERE)
    secured.trust()
    assert context.loaded == [first]


def test_a_connection_is_encrypted_for_the_name_that_was_asked_for(context: Context) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        connection = secured.SecuredConnection("localhost", port)
        connection.connect()
        connection.close()
    assert context.wrapped == ["localhost"]
