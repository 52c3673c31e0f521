"""This machine's own certificate authority: devices that trust it get HTTPS without a warning.

It can vouch for no name outside of local networks, so that whoever steals its key cannot pass for
a bank. Source: RFC 5280; support.apple.com/103769 and 102028 (825 days at most; an alternative
name, the purpose, SHA-256); Chromium, net/docs/certificate_lifetimes.md.
"""

from __future__ import annotations

import contextlib
import datetime as time
import ipaddress
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

FILE = "authority.pem"
LOCAL = ("local", "localhost", "home", "home.arpa", "internal", "lan")
"""What names in a local network end in. Source: RFC 6762, RFC 8375."""

_LIFE = time.timedelta(days=3650)
LEAF_LIFE = time.timedelta(days=397)  # below every browser's limit
_EARLIER = time.timedelta(days=1)  # for clocks that go slow


@dataclass(frozen=True)
class Authority:
    """A certificate with its key, which only the owner of this machine can read."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey

    @classmethod
    def in_folder(cls, folder: Path) -> Authority:
        """The one that is kept there; made at the first time. Raises: OSError.

        One that is damaged or too old is kept aside: devices have to trust the new one then.
        """
        path = folder / FILE
        with contextlib.suppress(FileNotFoundError):
            try:
                found = _read(path)
            except ValueError:
                path.replace(path.with_suffix(".damaged"))
            else:
                return found
        made = cls.made(socket.gethostname())
        write_secret(path, made.key_pem + made.certificate_pem)
        return made

    @classmethod
    def made(cls, host: str) -> Authority:
        """A new one."""
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(f"Assistant on {host}"[:64])
        local = dict.fromkeys((*LOCAL, host.lower()))
        builder = (
            _begun(name, name, key, _LIFE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(
                x509.NameConstraints([x509.DNSName(each) for each in local], None), critical=True
            )
        )
        return cls(_signed(builder, key), key)

    @cached_property
    def certificate_pem(self) -> bytes:
        """The certificate as text."""
        return _pem(self.certificate)

    @cached_property
    def certificate_der(self) -> bytes:
        """The certificate as devices take it in."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return self.certificate.public_bytes(Encoding.DER)

    @property
    def key_pem(self) -> bytes:
        """The key as text."""
        return _key_pem(self.key)

    @cached_property
    def fingerprint(self) -> str:
        """What people compare: SHA-256, in pairs of digits."""
        from cryptography.hazmat.primitives import hashes

        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    def leaf(self, names: Iterable[str]) -> bytes:
        """A new key with a certificate for names and addresses, and this authority's, as text.

        Names that it cannot vouch for are left out.
        """
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import ExtendedKeyUsageOID

        key = ec.generate_private_key(ec.SECP256R1())
        alternatives = [_general_name(each) for each in names if self.covers(each)]
        builder = (
            _begun(_name("Assistant"), self.certificate.subject, key, LEAF_LIFE)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )
        return _key_pem(key) + _pem(_signed(builder, self.key)) + self.certificate_pem

    def covers(self, name: str) -> bool:
        """Whether it can vouch for a name; for an address always."""
        if _address(name):
            return True
        return any(name == each or name.endswith(f".{each}") for each in self._local)

    @cached_property
    def _local(self) -> list[str]:
        from cryptography import x509

        found = self.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
        return [each.value for each in found.permitted_subtrees or ()]


def names_in(leaf: bytes) -> frozenset[str]:
    """The names and addresses of a certificate that has a month to go; none of any other.

    Raises: ValueError.
    """
    from cryptography import x509

    found = x509.load_pem_x509_certificates(leaf)[0]
    soon = time.datetime.now(time.UTC) + time.timedelta(days=30)
    if not found.not_valid_before_utc < soon < found.not_valid_after_utc:
        return frozenset()
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return frozenset(str(each.value) for each in names)


def is_signed_by(leaf: bytes, authority: Authority) -> bool:
    """Whether a certificate is this authority's. Raises: ValueError."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    try:
        x509.load_pem_x509_certificates(leaf)[0].verify_directly_issued_by(authority.certificate)
    except (InvalidSignature, TypeError):
        return False
    return True


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all. Raises: OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):  # no such permissions on this file system
        path.parent.chmod(0o700)
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _read(path: Path) -> Authority:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    content = path.read_bytes()
    key, certificate = load_pem_private_key(content, None), x509.load_pem_x509_certificate(content)
    if not isinstance(key, EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise ValueError("not a key and its certificate")
    if certificate.not_valid_after_utc < time.datetime.now(time.UTC):
        raise ValueError("out of date")
    return Authority(certificate, key)


def _begun(
    name: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, life: time.timedelta
) -> x509.CertificateBuilder:
    from cryptography import x509

    begins = time.datetime.now(time.UTC) - _EARLIER
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _signed(builder: x509.CertificateBuilder, key: EllipticCurvePrivateKey) -> x509.Certificate:
    from cryptography.hazmat.primitives import hashes

    return builder.sign(key, hashes.SHA256())


def _name(text: str) -> x509.Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    from cryptography import x509

    address = _address(name)
    return x509.IPAddress(address) if address else x509.DNSName(name)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _pem(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _key_pem(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
