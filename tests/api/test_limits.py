from __future__ import annotations

from dataclasses import replace

import pytest

from app.api import limits
from app.api.limits import AT_ONCE, BURST, PER_S, Limits, machine
from app.api.services import Services
from app.errors import TooManyRequests
from app.security.security import Security
from tests.api.serving import CHAT, client_of, conversation


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
