"""All that decides who may use this start of the assistant."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.security.hosts import Hosts
from app.security.pairing import Pairing

if TYPE_CHECKING:
    from app.security.certificates import Certificates
    from app.security.devices import Devices


@dataclass(frozen=True, slots=True)
class Security:
    """`keys`: the API keys of this start, which then everyone needs, on this machine too.

    `open_to_all`: other machines are let in unpaired. `devices` None: none can be paired.
    `certificates` None: only HTTP is spoken. `reachable`: where other devices find this one.
    """

    hosts: Hosts = field(default_factory=lambda: Hosts("127.0.0.1"))
    keys: tuple[str, ...] = field(default=(), repr=False)
    open_to_all: bool = False
    pairing: Pairing = field(default_factory=Pairing)
    devices: Devices | None = None
    certificates: Certificates | None = None
    reachable: Callable[[], list[str]] = list

    def knows_key(self, sent: bytes) -> bool:
        """Whether it is one of this start's keys. Takes the same time for all that are not."""
        hashed = _hashed(sent)
        return any(hmac.compare_digest(_hashed(key.encode()), hashed) for key in self.keys)


def _hashed(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()
