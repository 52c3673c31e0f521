"""/v1/devices and /v1/keys: who was let in, until it is revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, Response, request

from app.api.security.asker import asker, require_owner
from app.api.security.pairing import drop_cookies
from app.api.security.wire import (
    DeviceList,
    KeyList,
    Named,
    Revoked,
    told_device,
    told_key,
)
from app.api.services import services
from app.api.wire import answered, read
from app.errors import NotFound, SwitchedOff
from app.language import Text

if TYPE_CHECKING:
    from app.security.devices import Devices, Grant, Kind

devices = Blueprint("devices", __name__)

_NONE_KEPT = Text("This start of the assistant keeps no devices.", "本次启动不保存设备。")
_GONE = Text("There is nothing called “{id}” here.", "没有“{id}”。")

_named = msgspec.json.Decoder(Named)


@devices.get("/v1/devices")
def listed() -> Response:
    """Who was let in."""
    who, security = asker(), services().security
    own = who.grant
    found = _kept().listed("device") if who.is_owner else []
    if own is not None and not who.is_owner and own.kind == "device":
        found = [own]
    told = [told_device(each, own is not None and each.id == own.id) for each in found]
    network = not security.hosts.only_here
    return answered(DeviceList(told, who.is_owner, network, security.open_to_all))


@devices.patch("/v1/devices/<uid>")
def rename(uid: str) -> Response:
    """Another name."""
    asked, grant = read(_named), _of(uid, "device")
    changed = _kept().rename(grant.id, asked.name.strip())
    return answered(told_device(changed, _is_own(changed)))


@devices.delete("/v1/devices/<uid>")
def revoke(uid: str) -> Response:
    """Let it in no more, from this moment on."""
    grant = _of(uid, "device")
    own = _is_own(grant)
    if own and (connection := request.environ.get("werkzeug.socket")) is not None:
        _kept().leave(grant, connection)  # it shall still hear that it is done
    _kept().revoke(grant.id)
    response = answered(Revoked(uid))
    if own:
        drop_cookies(response)
    return response


@devices.get("/v1/keys")
def keys() -> Response:
    """The keys that were made."""
    require_owner()
    return answered(KeyList([told_key(each) for each in _kept().listed("key")]))


@devices.post("/v1/keys")
def make_key() -> Response:
    """A new key for a program; it is told this once."""
    require_owner()
    grant, secret = _kept().admit("key", read(_named).name.strip())
    return answered(told_key(grant, secret), 201)


@devices.delete("/v1/keys/<uid>")
def revoke_key(uid: str) -> Response:
    """It opens nothing from this moment on."""
    require_owner()
    _kept().revoke(_of(uid, "key").id)
    return answered(Revoked(uid))


def _kept() -> Devices:
    found = services().security.devices
    if found is None:
        raise SwitchedOff(_NONE_KEPT)
    return found


def _of(uid: str, kind: Kind) -> Grant:
    """One that whoever asks may change: a device itself alone. Raises: Forbidden; NotFound."""
    own = asker().grant
    if own is None or own.id != uid:
        require_owner()
    for each in _kept().listed(kind):
        if each.id == uid:
            return each
    raise NotFound(_GONE.filled(id=uid), "id")


def _is_own(grant: Grant) -> bool:
    own = asker().grant
    return own is not None and own.id == grant.id
