from __future__ import annotations

import socket

import pytest

from app.security.hosts import Hosts


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8080", "LOCALHOST.", "127.0.0.1:8080", "127.1.2.3", "[::1]:80"]
)
def test_loopback_names_are_ours(host: str) -> None:
    for bound in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "192.168.1.5"):
        assert Hosts(bound).answers_to(host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "",
        ":80",
        "[",
        "[::1",
        "a b",
        "@",
    ],
)
def test_names_that_a_stranger_can_own_are_not_ours(host: str) -> None:
    for bound in ("127.0.0.1", "localhost", "0.0.0.0", "192.168.1.5"):
        assert not Hosts(bound).answers_to(host)


def test_on_the_network_addresses_and_this_machines_name_are_ours_too() -> None:
    own = socket.gethostname()
    local = f"{own.split('.')[0]}.local"
    for host in ("192.168.1.5:8080", "10.0.0.1", "[fe80::1]:8080", own, local):
        assert Hosts("0.0.0.0").answers_to(host)
    for host in ("192.168.1.5", own):
        assert not Hosts("127.0.0.1").answers_to(host)
    assert Hosts("assistant.lan").answers_to("assistant.lan:8080")


def test_a_name_that_was_allowed_is_ours_too() -> None:
    assert Hosts("127.0.0.1", ["Home.Example"]).answers_to("home.example:8080")
    assert not Hosts("0.0.0.0", ["home.example"]).answers_to("a.home.example")


def test_whether_others_reach_it_is_known() -> None:
    assert Hosts("127.0.0.1,localhost").only_here
    assert not Hosts("127.0.0.1,192.168.1.5").only_here
