from __future__ import annotations

from ipaddress import IPv4Address

from app.security.addresses import lan_addresses


def test_the_addresses_are_such_that_others_can_reach() -> None:
    addresses = [IPv4Address(each) for each in lan_addresses()]
    assert not any(each.is_loopback or each.is_unspecified for each in addresses)
    assert len(addresses) == len(set(addresses))
