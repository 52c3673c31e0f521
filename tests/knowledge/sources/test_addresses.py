from __future__ import annotations

import pytest

from app.errors import SourceRefused
from app.knowledge.sources.addresses import is_public, resolved


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1"),
        *("2002:7f00:1::", "64:ff9b::7f00:1", "::"),
    ],
)
def test_addresses_of_this_machine_and_its_network_are_private(address: str):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_internet_are_public(address: str):
    assert is_public(address)


def test_a_private_host_is_refused_unless_allowed():
    with pytest.raises(SourceRefused, match="Allow private addresses"):
        resolved("localhost", 80, private_allowed=False)
    assert resolved("127.0.0.1", 80, private_allowed=True) == "127.0.0.1"


def test_a_host_that_does_not_exist_is_refused():
    with pytest.raises(SourceRefused, match="no server named"):
        resolved("nowhere.invalid", 80, private_allowed=True)
