from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import DevicesFailed, NotFound
from app.security.devices import NOTED_EACH_S, Devices


@pytest.fixture
def devices(tmp_path: Path) -> Iterator[Devices]:
    devices = Devices(tmp_path)
    yield devices
    devices.close()


def test_a_device_is_known_by_its_secret_also_after_a_restart(tmp_path: Path) -> None:
    first = Devices(tmp_path)
    grant, secret = first.admit("device", "Phone")
    first.close()
    second = Devices(tmp_path)
    assert second.holder(secret) == grant
    assert second.holder(secret + "x") is None
    second.close()


def test_secrets_are_kept_nowhere(devices: Devices, tmp_path: Path) -> None:
    secrets = [devices.admit(kind, "One")[1].encode() for kind in ("device", "key")]  # type: ignore[arg-type]
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"One" in kept
    assert not any(secret in kept for secret in secrets)


def test_a_revoked_one_is_gone_at_once_and_broken_off(devices: Devices) -> None:
    grant, secret = devices.admit("device", "Phone")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        devices.come(grant, ours)
        theirs.settimeout(5)
        devices.revoke(grant.id)
        assert theirs.recv(1) == b""
        assert devices.holder(secret) is None
        with pytest.raises(NotFound):  # one that asked a moment before
            devices.come(grant, ours)
    with pytest.raises(NotFound):
        devices.revoke(grant.id)


def test_a_connection_that_serves_another_now_is_left_alone(devices: Devices) -> None:
    grant, _ = devices.admit("device", "Phone")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        devices.come(grant, ours)
        devices.leave(grant, ours)
        devices.revoke(grant.id)
        ours.sendall(b"x")
        assert theirs.recv(1) == b"x"


def test_names_change_and_kinds_are_listed_apart(devices: Devices) -> None:
    phone, _ = devices.admit("device", "Phone")
    devices.admit("key", "Script")
    devices.rename(phone.id, "Tablet")
    assert [each.name for each in devices.listed("device")] == ["Tablet"]
    assert [each.name for each in devices.listed("key")] == ["Script"]


def test_the_last_use_is_noted_now_and_then(tmp_path: Path) -> None:
    now = 1e9
    devices = Devices(tmp_path, lambda: now)
    _, secret = devices.admit("device", "Phone")
    for later, noted in ((NOTED_EACH_S / 2, 1e9), (NOTED_EACH_S * 2, 1e9 + NOTED_EACH_S * 2)):
        now = 1e9 + later
        devices.holder(secret)
        assert devices.listed("device")[0].used == noted
    devices.close()


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "security").touch()
    with pytest.raises(DevicesFailed):
        Devices(tmp_path / "security")
