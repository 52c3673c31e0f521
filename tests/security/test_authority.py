from __future__ import annotations

import datetime
import ipaddress
import os
import ssl
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

from app.security import authority
from app.security.authority import Authority
from app.security.certificates import Certificates, OwnFiles

NAMES = ["assistant.local", "localhost", "192.168.1.5", "fd00::5", "bank.example"]


@pytest.fixture
def made() -> Authority:
    return Authority.made("box")


def test_its_certificates_are_such_as_browsers_take(made: Authority) -> None:
    leaf = x509.load_pem_x509_certificates(made.leaf(NAMES))[0]
    now = datetime.datetime.now(datetime.UTC)
    verifier = PolicyBuilder().store(Store([made.certificate])).time(now)
    for subject in (
        x509.DNSName("assistant.local"),
        x509.IPAddress(ipaddress.ip_address("192.168.1.5")),
        x509.IPAddress(ipaddress.ip_address("fd00::5")),
    ):
        verifier.build_server_verifier(subject).verify(leaf, [])
    # Apple's bound for authorities of one's own is 825 days, that for all others 398.
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= datetime.timedelta(days=398)
    assert authority.names_in(made.leaf(NAMES)) == {*NAMES} - {"bank.example"}


def test_it_vouches_for_no_name_of_the_internet(made: Authority) -> None:
    found = made.certificate.extensions.get_extension_for_class(x509.NameConstraints)
    assert found.critical
    permitted = {each.value for each in found.value.permitted_subtrees or ()}
    assert permitted == {*authority.LOCAL, "box"}
    assert not made.covers("bank.example")
    assert not made.covers("notlocal")
    assert made.covers("box")
    assert made.covers("box.local")


def test_it_is_made_once_and_only_the_owner_can_read_its_key(tmp_path: Path) -> None:
    folder = tmp_path / "security"
    first, second = Authority.in_folder(folder), Authority.in_folder(folder)
    assert first.fingerprint == second.fingerprint
    assert (folder / authority.FILE).stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


def test_a_damaged_one_is_kept_aside(tmp_path: Path) -> None:
    (tmp_path / authority.FILE).write_bytes(b"damaged")
    assert Authority.in_folder(tmp_path).fingerprint
    assert (tmp_path / "authority.damaged").read_bytes() == b"damaged"


def test_a_certificate_is_made_again_when_addresses_change(tmp_path: Path) -> None:
    names = ["localhost", "192.168.1.5"]
    certificates = Certificates(lambda: tmp_path, lambda: names)
    first = certificates.context("127.0.0.1")
    assert isinstance(first, ssl.SSLContext)
    assert certificates.context("192.168.1.5") is first
    assert certificates.context("10.0.0.9") is not first  # somebody comes to a new one
    kept = authority.names_in((tmp_path / "https.pem").read_bytes())
    assert kept >= {"10.0.0.9", "127.0.0.1", *names}
    assert (tmp_path / "https.pem").stat().st_mode & 0o077 == 0


def test_a_certificate_is_made_again_when_the_name_turns_out_to_be_another(tmp_path: Path) -> None:
    names = ["localhost"]
    certificates = Certificates(lambda: tmp_path, lambda: names)
    first = certificates.context("127.0.0.1")
    names.append("assistant-2.local")
    assert certificates.context("127.0.0.1") is first
    certificates.renew()
    assert certificates.context("127.0.0.1") is not first
    assert "assistant-2.local" in authority.names_in((tmp_path / "https.pem").read_bytes())


def test_while_ones_own_files_are_renewed_the_last_whole_pair_is_used(tmp_path: Path) -> None:
    path = tmp_path / "own.pem"
    path.write_bytes(Authority.made("box").leaf(["localhost"]))
    certificates = Certificates(lambda: tmp_path, list, own=OwnFiles(path, None))
    first = certificates.context("127.0.0.1")
    for content in (b"half of it", Authority.made("box").leaf(["localhost"])):
        path.write_bytes(content)
        os.utime(path, (time.time() + 60, time.time() + 60))
        current = certificates.context("127.0.0.1")
        assert (current is first) == (content == b"half of it")


def test_a_certificate_of_another_authority_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "https.pem").write_bytes(Authority.made("box").leaf(["localhost", "127.0.0.1"]))
    before = (tmp_path / "https.pem").read_bytes()
    Certificates(lambda: tmp_path, lambda: ["localhost"]).context("127.0.0.1")
    assert (tmp_path / "https.pem").read_bytes() != before
