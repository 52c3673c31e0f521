"""The built file with a certificate that somebody else has signed."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import httpx
import pytest

from app.security.authority import Authority
from tests.started import Started, environment

pytestmark = pytest.mark.frozen

KEY_END = b"-----END PRIVATE KEY-----\n"


@pytest.fixture
def signer() -> Authority:
    return Authority.made("elsewhere")


def pair(signer: Authority, folder: Path) -> tuple[Path, Path]:
    """A certificate with its chain, and its key."""
    key, _, chain = signer.leaf(["localhost", "127.0.0.1"]).partition(KEY_END)
    folder.mkdir()
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(chain)
    files[1].write_bytes(key + KEY_END)
    return files


def test_it_speaks_https_with_a_certificate_of_ones_own(
    executable: Path, signer: Authority, tmp_path: Path
) -> None:
    certificate, key = pair(signer, tmp_path / "one")
    command = [executable, "-t", "1", "--ssl-cert-file", certificate, "--ssl-key-file", key]
    with Started(command, environment(tmp_path), tmp_path / "printed.txt") as running:
        running.wait_ready()
        trust = ssl.create_default_context(cadata=signer.certificate_der)
        secure = running.url.replace("http", "https")
        assert httpx.get(f"{secure}/health", verify=trust, timeout=30).status_code == 200
        assert httpx.get(f"{secure}/assistant-ca.crt", verify=trust).status_code == 501


def test_files_that_do_not_belong_together_are_told_at_the_start(
    executable: Path, signer: Authority, tmp_path: Path
) -> None:
    certificate, _ = pair(signer, tmp_path / "one")
    _, key = pair(signer, tmp_path / "other")
    flags = ["--ssl-cert-file", certificate, "--ssl-key-file", key, "--lang", "zh"]
    ended = subprocess.run(
        [executable, "--no-browser", *flags],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2
    assert f"{certificate} 中的证书和 {key} 中的私钥无法使用" in ended.stdout + ended.stderr
