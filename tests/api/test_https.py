"""HTTP and HTTPS on the one port of a real server."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.api import connection as connections
from app.security.certificates import Certificates
from app.security.security import Security
from tests.api.serving import CHAT, Serving, conversation
from tests.fakes.engine import scripted_engine

Serve = Callable[..., Serving]


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return Certificates(lambda: tmp_path, lambda: ["localhost", "127.0.0.1"])


@pytest.fixture
def security(certificates: Certificates) -> Security:
    return Security(certificates=certificates)


@pytest.fixture
def trust(certificates: Certificates) -> ssl.SSLContext:
    """What a device speaks HTTPS with once it trusts the certificate."""
    authority = certificates.authority
    assert authority is not None
    context = ssl.create_default_context(cadata=authority)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def test_both_are_spoken_and_one_connection_takes_many_requests(
    serve: Serve, security: Security, trust: ssl.SSLContext
) -> None:
    port = serve(scripted_engine(), security=security).server.port
    secure = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=trust)
    plain = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    body = json.dumps({"content": "Hello" * 5000})  # longer than a record of TLS
    for connection in (secure, plain, secure, plain):
        connection.request("POST", "/tokenize", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        assert response.status == 200
        assert len(json.load(response)["tokens"]) == 25_000
    secure.close()
    plain.close()


def test_a_browser_that_leaves_ends_its_answer_over_https_too(
    serve: Serve, security: Security, trust: ssl.SSLContext
) -> None:
    serving = serve(scripted_engine("z" * 4000, step_s=0.02), security=security)
    raw = serving.connect()
    body = json.dumps(conversation(stream=True)).encode()
    head = f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    with trust.wrap_socket(raw, server_hostname="localhost") as connection:
        connection.sendall(head.encode() + body)
        assert connection.recv(64)
        assert len(serving.services.running) == 1
        connection.settimeout(0.2)
        # It says good-bye, as TLS has it, before it hangs up.
        with pytest.raises((TimeoutError, ssl.SSLError, OSError)):
            connection.unwrap()
        end = time.monotonic() + 5
        while len(serving.services.running) and time.monotonic() < end:
            time.sleep(0.01)
        assert len(serving.services.running) == 0


def test_who_begins_tls_and_says_no_more_is_given_up(
    serve: Serve, security: Security, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_HANDSHAKE_S", 0.1)
    serving = serve(scripted_engine(), security=security)
    for begun in (b"\x16", b"\x16\x03\x01\x00\x05hello"):
        with serving.connect() as connection:
            connection.sendall(begun)
            while connection.recv(64):
                pass


def test_a_device_that_does_not_trust_it_disturbs_nobody(
    serve: Serve, security: Security, trust: ssl.SSLContext
) -> None:
    serving = serve(scripted_engine(), security=security)
    with (
        serving.connect() as raw,
        pytest.raises(ssl.SSLCertVerificationError),
        ssl.create_default_context().wrap_socket(raw, server_hostname="localhost"),
    ):
        pass
    with trust.wrap_socket(serving.connect(), server_hostname="localhost") as connection:
        assert connection.version() in ("TLSv1.2", "TLSv1.3")


def test_old_tls_is_refused(serve: Serve, security: Security, trust: ssl.SSLContext) -> None:
    serving = serve(scripted_engine(), security=security)
    trust.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning, match="TLS"):
        trust.maximum_version = ssl.TLSVersion.TLSv1_1
    with serving.connect() as raw, pytest.raises((ssl.SSLError, OSError)):
        trust.wrap_socket(raw, server_hostname="localhost")


def test_without_certificates_only_http_is_spoken(serve: Serve) -> None:
    serving = serve(scripted_engine())
    with serving.connect() as connection:
        connection.sendall(b"\x16\x03\x01\x00\x05hello\r\n\r\n")
        assert connection.recv(64).startswith(b"HTTP/1.1 400")
