"""Devices and keys as they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

if TYPE_CHECKING:
    from app.security.devices import Grant

Name = Annotated[str, Meta(min_length=1, max_length=80)]


class Device(msgspec.Struct):
    """A paired device. `created`, `last_used`: Unix time; `here`: it is the one that asks."""

    id: str
    name: str
    created: int
    last_used: int
    here: bool


class DeviceList(msgspec.Struct):
    """All of them; to a device, itself alone. `owner`: whoever asks may let others in.

    `network`: other machines reach the assistant; `unpaired`: they need no pairing.
    """

    data: list[Device]
    owner: bool
    network: bool
    unpaired: bool


class Key(msgspec.Struct, omit_defaults=True):
    """A key for programs. `key`: itself, told once when it is made."""

    id: str
    name: str
    created: int
    last_used: int
    key: str | None = None


class KeyList(msgspec.Struct):
    """All that were made here."""

    data: list[Key]


class Named(msgspec.Struct):
    """What something is to be called."""

    name: Name


class Revoked(msgspec.Struct):
    """It is let in no more."""

    id: str
    deleted: bool = True


def told_device(grant: Grant, here: bool) -> Device:
    """As it is told."""
    return Device(grant.id, grant.name, int(grant.created), int(grant.used), here)


def told_key(grant: Grant, secret: str | None = None) -> Key:
    """As it is told."""
    return Key(grant.id, grant.name, int(grant.created), int(grant.used), secret)
