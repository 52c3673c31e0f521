from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.api import connection as connections
from app.api import limits
from app.api.limits import AT_ONCE, BURST, PER_S, Limits, machine
from app.api.services import Services
from app.errors import TooManyRequests
from app.security.devices import Devices
from app.security.security import Security
from tests.api.serving import CHAT, Serving, client_of, conversation, received
from tests.fakes.engine import scripted_engine


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_one_machine_may_ask_in_bursts_but_not_without_end() -> None:
    clock = Clock()
    counted = Limits(clock)

    def ask(who: str) -> None:
        counted.enter(who)
        counted.leave(who)

    for _ in range(int(BURST)):
        ask("a")
    with pytest.raises(TooManyRequests):
        ask("a")
    ask("b")  # others are not its business
    clock.now += 2.5 / PER_S
    ask("a")
    ask("a")
    with pytest.raises(TooManyRequests):
        ask("a")


def test_what_one_machine_has_running_is_limited_until_it_ends() -> None:
    counted = Limits(Clock())
    for _ in range(AT_ONCE):
        counted.enter("a")
    with pytest.raises(TooManyRequests):
        counted.enter("a")
    counted.leave("a")
    counted.enter("a")


def test_machines_that_are_long_gone_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REMEMBERED", 10)
    clock = Clock()
    counted = Limits(clock)
    counted.enter("busy")
    for number in range(40):
        counted.enter(str(number))
        counted.leave(str(number))
        clock.now += BURST
    assert len(counted._uses) <= 10
    assert "busy" in counted._uses


@pytest.mark.parametrize(
    ("address", "counted_for"),
    [
        ("127.0.0.1", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("192.168.1.7", "192.168.1.7"),
        ("::ffff:192.168.1.7", "192.168.1.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_addresses_are_counted_by_their_machine(address: str, counted_for: str | None) -> None:
    assert machine(address) == counted_for


def test_another_machine_is_refused_with_429_and_this_one_is_not(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(replace(services, security=Security(open_to_all=True)))
    monkeypatch.setattr(limits, "AT_ONCE", 1)
    other = {"REMOTE_ADDR": "192.168.1.7"}
    body = {**conversation(), "stream": True}
    running = client.post(CHAT, json=body, environ_base=other)
    assert running.status_code == 200
    refused = client.get("/v1/models", environ_base=other)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "1"
    assert refused.json["error"]["code"] == "too_many_requests"
    assert client.get("/v1/models").status_code == 200
    running.close()
    assert client.get("/v1/models", environ_base=other).status_code == 200


def test_devices_behind_one_address_do_not_share_their_limits_and_none_gets_more_by_another(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    devices = Devices(tmp_path)
    client = client_of(replace(services, security=Security(devices=devices)))
    monkeypatch.setattr(limits, "AT_ONCE", 1)
    secrets = (devices.admit("device", name)[1] for name in ("One", "Other"))
    one, other = ({"Authorization": f"Bearer {secret}"} for secret in secrets)
    house, elsewhere = {"REMOTE_ADDR": "192.168.1.7"}, {"REMOTE_ADDR": "2001:db8::7"}
    body = {**conversation(), "stream": True}
    running = client.post(CHAT, json=body, headers=one, environ_base=house)
    assert running.status_code == 200
    for place in (house, elsewhere):
        assert client.get("/v1/models", headers=one, environ_base=place).status_code == 429
    assert client.get("/v1/models", headers=other, environ_base=house).status_code == 200
    assert client.get("/v1/models", environ_base=house).status_code == 401  # a third one
    running.close()
    assert client.get("/v1/models", headers=one, environ_base=elsewhere).status_code == 200
    devices.close()


def test_strangers_behind_a_proxy_on_this_machine_are_limited_too(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(services)
    monkeypatch.setattr(limits, "BURST", 1.0)
    forwarded = {"X-Forwarded-For": "203.0.113.7"}
    assert client.get("/v1/models", headers=forwarded).status_code == 401
    assert client.get("/v1/models", headers=forwarded).status_code == 429
    assert client.get("/v1/models").status_code == 200


def test_one_address_cannot_take_all_threads(
    serve: Callable[..., Serving], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CONNECTIONS", 2)
    monkeypatch.setattr(connections, "machine", lambda address: "the one")
    serving = serve(scripted_engine())
    (listener,) = serving.server._listeners

    def busy() -> int:
        return listener.requests.busy

    silent = [serving.connect() for _ in range(2)]
    for each in silent:
        each.sendall(b"GET /health HTTP/1.1\r\n")  # and no more
    while busy() < 2:
        time.sleep(0.01)
    with serving.connect() as refused:
        refused.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert received(refused).startswith(b"HTTP/1.1 503")
    for each in silent:
        each.close()
    while busy():
        time.sleep(0.01)
    assert httpx.get(f"{serving.url}/health").status_code == 200
