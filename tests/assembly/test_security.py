from __future__ import annotations

from pathlib import Path

import pytest

from app.assembly.security import security
from app.errors import BadSettings
from app.security.authority import Authority
from tests.assembly.test_assembly import settings_of


def test_keys_are_read_from_a_file_and_one_without_any_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.txt"
    flags = ("--api-key", "first", "--api-key-file", str(path))
    path.write_text("second\n\n  third\n")
    with security(settings_of(tmp_path, *flags)) as found:
        assert found.keys == ("first", "second", "third")
        assert not found.knows_key(b"")
    for content in (None, b"\n \n", b"\xff\xfe"):
        path.unlink()
        if content is not None:
            path.write_bytes(content)
        with (
            pytest.raises(BadSettings, match=r"keys\.txt"),
            security(settings_of(tmp_path, *flags)),
        ):
            pass
        path.touch()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate, and a key that is another one's."""
    one, other = (Authority.made("box").leaf(["localhost"]) for _ in range(2))
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_bytes(one)
    key.write_bytes(other)
    return certificate, key


def test_a_certificate_with_its_key_is_taken(files: tuple[Path, Path], tmp_path: Path) -> None:
    with security(settings_of(tmp_path, "--ssl-cert-file", str(files[0]))) as found:
        assert found.certificates is not None
        assert found.certificates.authority is None
        assert found.certificates.context("127.0.0.1")


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\nx\n"])
def test_what_does_not_belong_together_is_told_at_the_start(
    files: tuple[Path, Path], tmp_path: Path, content: bytes | None
) -> None:
    certificate, key = files
    if content is not None:
        certificate.write_bytes(content)
    flags = ("--ssl-cert-file", str(certificate), "--ssl-key-file", str(key))
    with (
        pytest.raises(BadSettings, match=r"certificate\.pem and the key in .*key\.pem cannot be"),
        security(settings_of(tmp_path, *flags)),
    ):
        pass
